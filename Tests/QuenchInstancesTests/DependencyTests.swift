import Foundation
import QuenchBuild
import QuenchConfiguration
import QuenchGit
import QuenchInstances
import QuenchProcesses
import QuenchState
import SystemPackage
import Testing

@Suite struct DependencyTests {
  /// A dependency that counts how often it was prepared, and serves its folder.
  func counter(reset: CommandConfiguration? = nil, scope: DependencyConfiguration.Scope = .instance)
    -> DependencyConfiguration
  {
    DependencyConfiguration(
      name: "counter",
      source: .command("python3 -m http.server --bind 127.0.0.1 --directory \"$QUENCH_DEPENDENCY_DIR\" \"$PORT\""),
      ready: CommandConfiguration(command: "curl -sf http://127.0.0.1:$PORT/ >/dev/null"), scope: scope,
      prepare: CommandConfiguration(command: "echo prepared >> \"$QUENCH_DEPENDENCY_DIR/log\""), reset: reset,
      exports: ["COUNTER": "http://127.0.0.1:${PORT}/log"])
  }

  @Test func aDependencyIsUpBeforeTheServiceWhichIsToldWhereItIs() async throws {
    try await withService { fixture in
      let provider = fixture.provider(try Lifeline())
      let instance = try await provider.start(
        fixture.specification("one") { service in
          service.dependencies = [counter()]
          service.prepare = CommandConfiguration(command: "curl -sf \"$COUNTER\" > fetched")
        })
      #expect(
        try String(contentsOfFile: instance.folder.artifact.appending("fetched").string, encoding: .utf8)
          == "prepared\n")
      await provider.remove(instance)
      #expect(
        FileManager.default.fileExists(atPath: fixture.state.logs(ofInstance: "one").appending("counter.log").string))
    }
  }

  @Test(arguments: [nil, "echo reset >> \"$QUENCH_DEPENDENCY_DIR/log\""])
  func aResetOfTheInstanceResetsItsDependencies(_ command: String?) async throws {
    try await withService { fixture in
      let provider = fixture.provider(try Lifeline())
      let instance = try await provider.start(
        fixture.specification("one") {
          $0.dependencies = [counter(reset: command.map { CommandConfiguration(command: $0) })]
        })
      let log = instance.folder.dependency("counter").appending("log").string
      try "spoilt\n".write(toFile: log, atomically: true, encoding: .utf8)
      try await provider.reset(instance)
      #expect(try String(contentsOfFile: log, encoding: .utf8) == (command == nil ? "prepared\n" : "spoilt\nreset\n"))
    }
  }

  /// What can be removed only by who opens it first goes too, and a reset that leaves something old says so.
  @Test func aResetLeavesNothingOfTheOldData() async throws {
    try await withService { fixture in
      let provider = fixture.provider(try Lifeline())
      let instance = try await provider.start(fixture.specification("one") { $0.dependencies = [counter()] })
      let folder = instance.folder.dependency("counter")
      let closed = folder.appending("closed")
      try FileManager.default.createDirectory(atPath: closed.string, withIntermediateDirectories: false)
      try Data("old".utf8).write(to: URL(filePath: closed.appending("x").string))
      chmod(closed.string, 0)
      try await provider.reset(instance)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.string) == ["log"])
    }
  }

  @Test func aDependencyThatEndsIsNamedWithWhatItPrinted() async throws {
    try await withService { fixture in
      let provider = fixture.provider(try Lifeline())
      let error = await #expect(throws: InstanceError.self) {
        try await provider.start(
          fixture.specification("one") {
            $0.dependencies = [
              DependencyConfiguration(
                name: "db", source: .command("echo no such cluster; exit 4"),
                ready: CommandConfiguration(command: "false"))
            ]
          })
      }
      #expect(error?.code == .dependencyFailed)
      #expect(error?.message.contains("db") == true && error?.message.contains("no such cluster") == true)
      #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.state.instances.string) == [])
    }
  }

  @Test func instancesOfASetShareADependencyOfTheSet() async throws {
    try await withService { fixture in
      let provider = fixture.provider(try Lifeline())
      var first = fixture.specification("one") { $0.dependencies = [counter(scope: .set)] }
      let shared = try #require(
        try await provider.startShared(
          id: "shared", digest: first.digest, service: first.service, temperature: .hot, denied: [],
          isKept: false))
      first.shared = shared
      var second = first
      second.id = "two"
      let instances = [try await provider.start(first), try await provider.start(second)]
      #expect(shared.exports["COUNTER"]?.isEmpty == false)
      #expect(Set(instances.compactMap(\.shared)) == [shared.folder])
      for instance in instances { await provider.remove(instance) }
      await provider.removeShared(shared.folder)
      #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.state.instances.string) == [])
    }
  }
}
