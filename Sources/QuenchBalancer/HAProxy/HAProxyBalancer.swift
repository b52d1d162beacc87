import Foundation
import QuenchProcesses
import QuenchState
import SystemPackage

/// Routes requests with HAProxy: a process of its own that goes on when the one that drives it ends.
///
/// Switched live, through its runtime API: backends (added, drained, taken out), their state, address and checks, the
/// tiers they are in, how many of a tier must be healthy, and the content of certificates. Listeners, routes' tiers,
/// hold times and ramps, limits and timeouts are in the configuration; when they change, a new process takes the
/// sockets over and the old one ends when its requests have, or when the drain time is up. That can break connections
/// which are idle at that moment.
///
/// It differs from the embedded engine in this: a refused connection ejects a backend at once, other failures in traffic
/// when somebody looks how it is, as a control plane does all the time; a lower tier takes over within a second where the
/// last backend of a tier is killed, because
/// HAProxy waits that long (or the timeout for connections, if shorter) before it tries elsewhere; of more than two tiers
/// those below the preferred one stand in together until the checks have said which is well; latencies are those to an
/// answer's head; a client that stops in the midst of a body which is large or chunked is taken for a service that does not
/// answer in time; trailers are dropped, and an HTTP/1.0 client gets the chunks of a chunked answer; a TLS handshake has as
/// long as a body between two pieces, and its failure is a line of the access log too; renewed certificates are seen
/// while a control plane looks at the status; the longer of the times to an answer's first byte and between its pieces
/// counts for both; the listeners of a class divide its share of the connections; all backends of a listener are checked in one way, by a path or by a
/// connection.
public actor HAProxyBalancer: Balancer {
  /// `haproxy`.
  public nonisolated let engine = "haproxy"

  /// Where its records are.
  nonisolated let folder: FilePath
  nonisolated let launcher: Launcher
  nonisolated let accessLog: FilePath?
  let programPath: FilePath?
  let threads: Int?
  var program: HAProxyProgram?
  var reaping: Task<Void, Never>?
  /// What was seen to fail with each backend, by ``HAProxyRecord/name(of:)``.
  var trails: [String: FailureTrail] = [:]
  var certificates: [Listener.Certificate: CertificateTrack] = [:]
  var lastCertificateLook: ContinuousClock.Instant?

  /// The balancer of a folder, whether it runs or not.
  ///
  /// - Parameters:
  ///   - folder: where its files are; it is made when it is needed, for its owner alone.
  ///   - launcher: what starts processes.
  ///   - program: the path of `haproxy`; nil looks for it.
  ///   - threads: the threads that carry traffic; nil for one on each processor.
  ///   - accessLog: the file that gets a line of JSON for each request; nil for none. HAProxy keeps it open: move it away
  ///     by copying and truncating it, as is done here when it has become large.
  public init(
    folder: FilePath, launcher: Launcher, program: FilePath? = nil, threads: Int? = nil, accessLog: FilePath? = nil
  ) {
    self.folder = folder
    self.launcher = launcher
    self.accessLog = accessLog
    programPath = program
    self.threads = threads
  }

  /// Where its configuration and its socket are, and where it runs.
  ///
  /// HAProxy asks nobody for a token, so the token is a part of the socket's path: code under test, which Landlock does not
  /// keep from connecting, would have to know it. No folder above can be listed by it, HAProxy's own arguments and the
  /// kernel's list of sockets name the socket relative to here, and nothing else names it at all.
  nonisolated var privateFolder: FilePath {
    folder.appending("private").appending(ControlToken(beside: folder.appending("control"))?.text ?? "none")
  }

  /// The runtime API.
  nonisolated var socket: RuntimeSocket { RuntimeSocket(path: privateFolder.appending(HAProxyConfiguration.socket)) }

  /// Held by whoever changes anything.
  nonisolated var lock: FileLock { FileLock(path: folder.appending("lock")) }

  /// Takes the lock; who holds it has so long to be done.
  ///
  /// - Throws: `BalancerError` with code `unreachable`; `StateError`, `CancellationError`.
  func hold(_ reason: String) async throws -> FileLock.Held {
    let end = ContinuousClock.now + Self.patience
    while true {
      if let held = try lock.tryAcquire(reason: reason) { return held }
      guard ContinuousClock.now < end else {
        throw BalancerError(
          .unreachable,
          "the balancer in \(folder) is in the hands of another for \(Self.patience.components.seconds) s: "
            + (lock.holder ?? "it does not say which"), remedy: "quench status")
      }
      // A lock between processes has no event to wait for.
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  /// As long as a process that stops may take for its last requests, and a new one to start.
  private static let patience = Duration.seconds(90)

  /// Makes a table the one that counts; see ``Balancer/apply(_:)``.
  ///
  /// An HAProxy that does not run is started.
  public func apply(_ table: RoutingTable) async throws {
    try table.validate()
    try prepareFolder()
    let held = try await hold("applies table \(table.version)")
    defer { withExtendedLifetime(held) {} }
    var record = try HAProxyRecord(in: folder) ?? HAProxyRecord()
    let before = record, running = process(of: record)
    if let present = record.table, running != nil {
      if table == present {
        try await refreshCertificates(HAProxyLayout(table, ports: record.ports), &record, isPatient: false)
        _ = try await observe(&record, since: before, reason: nil)
        return
      }
      guard table.version > present.version else {
        throw BalancerError(
          .tableOutdated,
          table.version == present.version
            ? "the balancer has another table of version \(present.version)"
            : "the balancer has table \(present.version), which is newer than \(table.version)",
          remedy: "quench status")
      }
    }
    if record.table != nil, running != nil {
      // What HAProxy has done by itself since it was last looked at is not the new table's doing.
      _ = try? await observe(&record, since: before, reason: nil)
    }
    try await route(table, &record, running)
    record.table = table
    try record.write(in: folder)
    _ = try await observe(&record, since: before, reason: table.reason ?? "table \(table.version)")
    reapLater(after: table.timeouts.drain)
  }

  private func prepareFolder() throws {
    try ControlSocketPath(path: folder.appending("folder")).prepare()
    do {
      _ = try ControlToken.make(beside: folder.appending("control"))
      try FileManager.default.createDirectory(
        atPath: privateFolder.string, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw BalancerError(.socketUnavailable, "cannot make a folder in \(folder)", cause: error)
    }
    // Whoever may list a folder can also be told by the kernel of what is opened in it (inotify(7)).
    chmod(privateFolder.removingLastComponent().string, 0o300)
  }

  /// The process that runs now; nil when none does.
  nonisolated func process(of record: HAProxyRecord) -> LaunchedProcess? {
    guard record.process > 0, let known = try? LaunchedProcess(adopting: record.processRecord(in: folder)) else {
      return nil
    }
    return known.isRunning ? known : nil
  }

  /// Stops listening, lets what is under way end, and ends; see ``Balancer/stop()``.
  public func stop() async throws {
    reaping?.cancel()
    guard FileManager.default.fileExists(atPath: folder.string) else { return }
    let held = try await hold("stops the balancer")
    defer { withExtendedLifetime(held) {} }
    guard let record = try HAProxyRecord(in: folder), let process = process(of: record) else { return }
    await process.stop(grace: (record.table?.timeouts.drain ?? .seconds(30)) + .seconds(1))
    unlink(socket.path.string)
  }
}
