import Foundation
import QuenchBuild
import QuenchConfiguration
import QuenchGit
import QuenchInstances
import QuenchProcesses
import QuenchState
import SystemPackage
import Testing

/// What every instance provider does alike; a new one is added to `providers` and has to pass.
@Suite struct InstanceProviderConformance {
  /// A provider under test, made on a fixture.
  struct Subject: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let make: @Sendable (ServiceFixture, Lifeline) -> any InstanceProvider
  }

  static let providers = [Subject(testDescription: "process") { $0.provider($1) }]

  @Test(arguments: providers) func aStartedInstanceIsHealthyAndServesItsRevision(_ subject: Subject) async throws {
    try await withService { fixture in
      let provider = subject.make(fixture, try Lifeline())
      let instance = try await provider.start(fixture.specification("one"))
      #expect(await provider.health(of: instance) == .healthy)
      #expect(try await get(instance, "/health").contains(fixture.build.revision.description))
      await provider.stop(instance)
      #expect(await provider.health(of: instance) == .stopped)
    }
  }

  @Test(arguments: providers) func instancesAreAdoptedByWhoeverComesLater(_ subject: Subject) async throws {
    try await withService { fixture in
      let started = try await subject.make(fixture, try Lifeline()).start(fixture.specification("kept", isKept: true))
      let later = subject.make(fixture, try Lifeline())
      let adopted = try Instance(in: started.folder)
      #expect(adopted == started)
      #expect(await later.health(of: adopted) == .healthy)
      await later.remove(adopted)
      #expect(!FileManager.default.fileExists(atPath: started.folder.path.string))
    }
  }

  @Test(arguments: providers) func aResetPutsTheDataBackAndKeepsThePort(_ subject: Subject) async throws {
    try await withService { fixture in
      let provider = subject.make(fixture, try Lifeline())
      let instance = try await provider.start(
        fixture.specification("data") { service in
          service.data = "data"
          service.prepare = CommandConfiguration(
            command: "echo first > data/kept; ln -s kept data/link; mkdir data/empty")
        })
      let data = instance.folder.data(named: "data")
      try "second".write(toFile: data.appending("kept").string, atomically: true, encoding: .utf8)
      try "x".write(toFile: data.appending("new").string, atomically: true, encoding: .utf8)
      try await provider.reset(instance)
      #expect(try String(contentsOfFile: data.appending("kept").string, encoding: .utf8) == "first\n")
      #expect(try FileManager.default.contentsOfDirectory(atPath: data.string).sorted() == ["empty", "kept", "link"])
      #expect(await provider.health(of: instance) == .healthy)
      #expect(try Instance(in: instance.folder).port == instance.port)
    }
  }

  /// Names are bytes, which need not be text.
  @Test(arguments: providers, [nil, "touch \"$(printf 'data/caf\\351')\"; ln -s \"$(printf 'caf\\351')\" data/link"])
  func aResetTakesFileNamesAsTheyAre(_ subject: Subject, _ prepare: String?) async throws {
    try await withService { fixture in
      let provider = subject.make(fixture, try Lifeline())
      let instance = try await provider.start(
        fixture.specification("names") { service in
          service.data = "data"
          service.prepare = prepare.map { CommandConfiguration(command: $0) }
        })
      let data = instance.folder.data(named: "data")
      let before = try FolderListing.names(in: data).count
      let made = data.pushing(FilePath(platformString: [CChar(bitPattern: 0xE9), 0]))
      let file = try FileDescriptor.open(made, .writeOnly, options: [.create], permissions: .ownerReadWrite)
      try file.close()
      #expect(try FolderListing.names(in: data).count == before + 1)
      try await provider.reset(instance)
      #expect(try FolderListing.names(in: data).count == before)
      #expect(await provider.health(of: instance) == .healthy)
    }
  }

  @Test(arguments: providers, [nil, "echo made > prepared; echo first > data/kept"])
  func aResetPutsTheArtifactBackToo(_ subject: Subject, _ prepare: String?) async throws {
    try await withService { fixture in
      let provider = subject.make(fixture, try Lifeline())
      let instance = try await provider.start(
        fixture.specification("artifact") { service in
          service.data = "data"
          service.prepare = prepare.map { CommandConfiguration(command: $0) }
        })
      let before = try content(of: instance.folder.artifact)
      try spoil(instance)
      try await provider.reset(instance)
      #expect(try content(of: instance.folder.artifact) == before)
      #expect(await provider.health(of: instance) == .healthy)
      #expect(before["faulty.py"] != nil && (before["prepared"] != nil) == (prepare != nil))
    }
  }

  @Test(arguments: providers) func aResumedInstanceHasTheArtifactsOwnFilesAndTheDataItLeft(_ subject: Subject)
    async throws
  {
    try await withService { fixture in
      let provider = subject.make(fixture, try Lifeline())
      let instance = try await provider.start(fixture.specification("resumed") { $0.data = "data" })
      var expected = try content(of: instance.folder.artifact)
      try spoil(instance)
      await provider.stop(instance)
      try await provider.resume(instance)
      expected["data/order"] = "paid"
      #expect(try content(of: instance.folder.artifact) == expected)
    }
  }

  /// Leaves what a service could leave: its own program changed, a file of its own, data, an unreadable folder.
  func spoil(_ instance: Instance) throws {
    let artifact = instance.folder.artifact, files = FileManager.default
    let program = artifact.appending("faulty.py").string
    try files.removeItem(atPath: program)
    try "#!/bin/sh\nexit 9\n".write(toFile: program, atomically: false, encoding: .utf8)
    try "x".write(toFile: artifact.appending("left").string, atomically: false, encoding: .utf8)
    try "paid".write(toFile: artifact.appending("data/order").string, atomically: false, encoding: .utf8)
    try files.createDirectory(atPath: artifact.appending("closed/in").string, withIntermediateDirectories: true)
    try files.setAttributes([.posixPermissions: 0], ofItemAtPath: artifact.appending("closed").string)
  }

  /// The regular files below a folder, by their paths in it.
  func content(of folder: FilePath) throws -> [String: String] {
    var content: [String: String] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.string) {
      content[path] = try? String(contentsOfFile: folder.appending(path).string, encoding: .utf8)
    }
    return content
  }

  @Test(arguments: providers) func aStoppedInstanceIsResumedWithItsData(_ subject: Subject) async throws {
    try await withService { fixture in
      let provider = subject.make(fixture, try Lifeline())
      let instance = try await provider.start(fixture.specification("resumed") { $0.data = "data" })
      let file = instance.folder.data(named: "data").appending("order")
      try "paid".write(toFile: file.string, atomically: true, encoding: .utf8)
      await provider.stop(instance)
      try await provider.resume(instance)
      #expect(await provider.health(of: instance) == .healthy)
      #expect(try String(contentsOfFile: file.string, encoding: .utf8) == "paid")
    }
  }

  @Test(
    arguments: providers,
    [
      ("exit-at-once", InstanceError.Code.endedAtStart, "exit status 3"), ("never-healthy", .neverHealthy, "503"),
      ("other-port", .wrongPort, "PORT"), ("garbage", .neverHealthy, "not answered in HTTP"),
    ])
  func aFaultyStartSaysWhatIsWrongAndLeavesNothing(
    _ subject: Subject, _ fault: (mode: String, code: InstanceError.Code, text: String)
  ) async throws {
    try await withService { fixture in
      let provider = subject.make(fixture, try Lifeline())
      let error = await #expect(throws: InstanceError.self) {
        try await provider.start(
          fixture.specification("faulty", mode: fault.mode) { $0.health.startTimeout = .seconds(3) })
      }
      #expect(error?.code == fault.code)
      #expect(error?.message.contains(fault.text) == true, "\(error?.message ?? "")")
      #expect(error?.remedy != nil)
      #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.state.instances.string) == [])
      #expect(
        FileManager.default.fileExists(atPath: fixture.state.logs(ofInstance: "faulty").appending("service.log").string)
      )
    }
  }

  @Test(arguments: providers) func anInstanceThatIgnoresTERMIsKilledAfterItsGrace(_ subject: Subject) async throws {
    try await withService { fixture in
      let provider = subject.make(fixture, try Lifeline())
      let instance = try await provider.start(fixture.specification("stubborn", mode: "ignore-term"))
      let process = try LaunchedProcess(adopting: instance.folder.processRecord)
      await provider.stop(instance)
      #expect(!process.isRunning)
      #expect(process.ending == .signalled(SIGKILL))
    }
  }

  @Test(arguments: providers) func whatAnInstanceStartedInASessionOfItsOwnEndsWithIt(_ subject: Subject) async throws {
    try await withService { fixture in
      let provider = subject.make(fixture, try Lifeline())
      let instance = try await provider.start(fixture.specification("parent", mode: "stray-child"))
      let numbers = LogTail.lines(of: instance.folder.log).joined(separator: " ")
        .split { !$0.isNumber }.compactMap { Int32($0) }
      let child = try #require(
        numbers.compactMap { ProcessIdentity(running: $0) }.first { identity in
          (try? String(contentsOfFile: "/proc/\(identity.pid)/cmdline", encoding: .utf8))?.contains("sleep") == true
        })
      await provider.stop(instance)
      #expect(!child.isRunning)
    }
  }

  @Test(arguments: providers) func cancellingAStartLeavesNothing(_ subject: Subject) async throws {
    try await withService { fixture in
      let provider = subject.make(fixture, try Lifeline())
      let specification = fixture.specification("slow", mode: "never-listens")
      let start = Task { try await provider.start(specification) }
      let record = InstanceFolder(path: fixture.state.instances.appending("slow")).processRecord
      while !FileManager.default.fileExists(atPath: record.string) { await Task.yield() }
      let process = try LaunchedProcess(adopting: record)
      start.cancel()
      await #expect(throws: (any Error).self) { try await start.value }
      #expect(!process.isRunning)
      #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.state.instances.string) == [])
    }
  }
}

/// The body of an answer, by the client every machine with the fixtures has.
func get(_ instance: Instance, _ path: String) async throws -> String {
  let launcher = try Launcher.located()
  let log = instance.folder.path.appending("curl.log")
  let outcome = try await launcher.run(
    Launch(
      arguments: ["curl", "-s", "\(instance.baseURL)\(path)"],
      environment: ProcessEnvironment.allowed(temporaryDirectory: instance.folder.path),
      workingDirectory: instance.folder.path),
    log: log)
  return outcome.lastLines.joined(separator: "\n")
}
