import Foundation
import NIOCore
import NIOPosix
import QuenchInstances
import QuenchProcesses
import SystemPackage

extension HAProxyBalancer {
  /// Starts HAProxy with a configuration, in the place of the one that runs, if one does.
  ///
  /// - Returns: when it answers.
  /// - Throws: `BalancerError` with code `listener-unavailable`, `certificate-unreadable`, `engine-missing`,
  ///   `engine-outdated` or `engine-failed`.
  func start(
    _ configuration: HAProxyConfiguration, with servers: [HAProxyLayout.Server], replacing old: LaunchedProcess?,
    _ record: inout HAProxyRecord
  ) async throws {
    let layout = configuration.layout
    let program = try await installedProgram()
    if old != nil { try await requireFreeAddresses(layout, record) }
    let certificates = try writeCertificates(of: layout, record)
    try PrivateFile.write(
      Data(AnswerCounters.bucketMap.utf8), to: privateFolder.appending(HAProxyConfiguration.bucketMap))
    let targets = layout.servers.map { "\($0.name) \($0.backend.check.target)\n" }
    try PrivateFile.write(
      Data(Set(targets).sorted().joined().utf8), to: privateFolder.appending(HAProxyConfiguration.targetMap))
    let file = "haproxy.cfg"
    try PrivateFile.write(Data(configuration.text(with: servers).utf8), to: privateFolder.appending(file))
    try await check(file, program)
    var arguments = [program.path.string, "-db", "-f", file]
    // A driver that was killed before it had written down what it started left a process that no record names.
    let strays = launchedProcesses().filter { $0.number > record.process && $0.process.isRunning }
    let replaced = (old.map { [$0] } ?? []) + strays.map(\.process)
    if !replaced.isEmpty {
      arguments += ["-x", "./\(HAProxyConfiguration.socket)", "-sf"] + replaced.map { "\($0.process.pid)" }
    }
    if let accessLog {
      try prepareLog(accessLog)
      arguments = ["/bin/sh", "-c", "log=$1; shift; exec \"$@\" >>\"$log\"", "haproxy", accessLog.string] + arguments
    }
    var launch = Launch(
      arguments: arguments, environment: ProcessEnvironment.allowed(temporaryDirectory: folder),
      workingDirectory: privateFolder, stopSignal: SIGUSR1, grace: layout.table.timeouts.drain + .seconds(1))
    launch.leavesDescendants = true
    var next = record
    next.process = (strays.last?.number ?? record.process) + 1
    next.since = Date()
    next.configuration = configuration.text()
    next.pace = configuration.pace
    next.certificates = certificates
    let path = next.processRecord(in: folder)
    // Written first: whoever comes after a crash right here finds the new process as well as the old.
    let process = try await launcher.start(launch, record: path, log: folder.appending("haproxy.log"))
    do {
      try await waitUntilAnswering(process, layout)
    } catch {
      await process.stop(grace: .zero)
      throw error
    }
    if replaced.isEmpty { removeRecords(but: next.process) }
    record = next
  }

  private func installedProgram() async throws -> HAProxyProgram {
    if let program { return program }
    let found = try await HAProxyProgram(path: programPath, launcher: launcher, folder: folder)
    program = found
    return found
  }

  private func check(_ file: String, _ program: HAProxyProgram) async throws {
    let outcome = try await launcher.run(
      Launch(
        arguments: [program.path.string, "-c", "-f", file],
        environment: ProcessEnvironment.allowed(temporaryDirectory: folder), workingDirectory: privateFolder),
      log: "/dev/null", timeout: .seconds(60))
    guard outcome.ending.isSuccess else {
      let words = outcome.lastLines.filter { $0.contains("[ALERT]") }.joined(separator: "\n  ")
      throw BalancerError(
        words.contains("certificate") || words.contains(".pem") ? .certificateUnreadable : .engineFailed,
        "HAProxy \(program.version) refuses its configuration:\n  \(words)",
        remedy: "cd '\(privateFolder)' && \(program.path) -c -f \(file)")
    }
  }

  private func waitUntilAnswering(_ process: LaunchedProcess, _ layout: HAProxyLayout) async throws {
    let clock = ContinuousClock(), start = clock.now
    while true {
      let answer = try? await socket.ask("show info")
      if answer?.contains("\nPid: \(process.process.pid)\n") == true { return }
      try Task.checkCancellation()
      if !process.isRunning { throw complaint(of: process, layout) }
      guard clock.now - start < .seconds(30) else {
        throw BalancerError(
          .unreachable, "HAProxy was started and does not answer at \(socket.path)",
          remedy: "less '\(folder.appending("haproxy.log"))'")
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Why a process that ended did so.
  private func complaint(of process: LaunchedProcess, _ layout: HAProxyLayout) -> BalancerError {
    let log = folder.appending("haproxy.log")
    let words = LogTail.lines(of: log, count: 100).filter {
      $0.contains("(\(process.process.pid))") && $0.contains("[ALERT]")
    }
    let text = words.isEmpty ? LogTail.quoted(from: log) : ":\n  " + words.joined(separator: "\n  ")
    for front in layout.fronts where text.contains("for frontend \(front.listener.id): cannot bind") {
      return BalancerError.unavailable(front.listener, port: front.port, text)
    }
    return BalancerError(
      .engineFailed, "HAProxy ended (\(process.ending?.description ?? "it does not say how"))\(text)",
      remedy: "less '\(log)'")
  }

  /// Makes sure that new listeners can have their addresses.
  ///
  /// A new process that finds one taken has by then made the old one stop listening for a moment.
  ///
  /// - Throws: `BalancerError` with code `listener-unavailable`.
  func requireFreeAddresses(_ layout: HAProxyLayout, _ record: HAProxyRecord) async throws {
    let own = Set((record.table?.listeners ?? []).map { "\($0.host) \(record.ports[$0.id] ?? $0.port)" })
    for front in layout.fronts where !own.contains("\(front.listener.host) \(front.port)") {
      do {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
          .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
          .bind(host: front.listener.host, port: front.port).get()
        try await channel.close()
      } catch {
        throw BalancerError.unavailable(front.listener, port: front.port, ": \(error)")
      }
    }
  }

  private func prepareLog(_ path: FilePath) throws(BalancerError) {
    do {
      let file = try FileDescriptor.open(
        path, .writeOnly, options: [.append, .create, .closeOnExec, .noFollow], permissions: [.ownerReadWrite])
      try file.close()
    } catch {
      throw BalancerError(
        .logUnwritable, "cannot write the access log \(path)", remedy: "ls -ld \(path.removingLastComponent())",
        cause: error)
    }
  }

  /// The processes that were started in the folder and whose records are still there, by number; some have ended.
  func launchedProcesses() -> [(number: Int, process: LaunchedProcess)] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []
    return names.compactMap { name -> (number: Int, process: LaunchedProcess)? in
      guard let number = HAProxyRecord.number(ofProcessRecord: name),
        let process = try? LaunchedProcess(adopting: folder.appending(name))
      else { return nil }
      return (number, process)
    }.sorted { $0.number < $1.number }
  }

  /// Removes the records of processes that are gone.
  private func removeRecords(but present: Int) {
    for (number, old) in launchedProcesses() where number != present && !old.isRunning {
      unlink(old.record.string)
      unlink(old.record.string + ".ended")
    }
  }

  /// The ports of a table's listeners: those that are named, those that a listener has already, and free ones.
  ///
  /// - Returns: also what reserves the free ones, until HAProxy has them.
  func ports(
    for table: RoutingTable, _ record: HAProxyRecord
  ) throws -> (ports: [String: Int], reservations: [LoopbackPort]) {
    var ports: [String: Int] = [:], reservations: [LoopbackPort] = []
    for listener in table.listeners {
      let before = record.table?.listeners.first { $0.id == listener.id && $0.host == listener.host && $0.port == 0 }
      if listener.port != 0 {
        ports[listener.id] = listener.port
      } else if before != nil, let port = record.ports[listener.id] {
        ports[listener.id] = port
      } else {
        let port = try LoopbackPort.reserve()
        reservations.append(port)
        ports[listener.id] = port.number
      }
    }
    return (ports, reservations)
  }
}
