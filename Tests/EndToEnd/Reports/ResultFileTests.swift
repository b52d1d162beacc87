import Foundation
import Subprocess
import SystemPackage
import Testing

/// Where `--junit` and `--artifacts` may lead to, and where not.
struct ResultFileTests {
  /// Has one suite, and says where its report is to go.
  private func checkLittle(_ world: World) throws -> FilePath {
    try world.write("quench.yml", GreeterConfiguration(suites: [("fine", "true")]).text)
    return world.root.appending("report.xml")
  }

  /// The XML of a text, which has to be a report of one suite that passed.
  private func expectReport(_ text: String, in world: World, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let file = world.root.appending("read.xml")
    try Data(text.utf8).write(to: URL(filePath: file.string))
    let xml = try XMLDocumentSummary(contentsOf: file)
    #expect(xml.count(of: "testcase") == 1 && xml.count(of: "error") == 0, "\(text)", sourceLocation: sourceLocation)
  }

  private func kind(of path: FilePath) -> mode_t {
    var status = stat()
    return lstat(path.string, &status) == 0 ? status.st_mode & S_IFMT : 0
  }

  /// A link to a device, so that no fault of what is tested can put a file in the device's place.
  private func link(to device: String, in world: World) throws -> String {
    let link = world.root.appending("link").string
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: device)
    return link
  }

  @Test(.world("greeter"))
  func standardOutputTakesTheReportAlone() async throws {
    let world = try World.current
    _ = try checkLittle(world)
    let link = try link(to: "/dev/stdout", in: world)
    for name in [link, "/proc/self/fd/1"] {
      let outcome = try await world.quench("verify", "--junit", name)
      #expect(outcome.passed, "\(outcome)")
      try expectReport(outcome.stdout, in: world)
    }
    let both = try await world.quench("verify", "--junit", link, "--format", "json")
    #expect(both.status == 64 && both.stderr.contains("--junit"), "\(both)")
  }

  @Test(.world("greeter"))
  func linkIsWrittenThrough() async throws {
    let world = try World.current
    let report = try checkLittle(world)
    let target = world.root.pushing(FilePath("reports/real.xml"))
    try FileManager.default.createSymbolicLink(atPath: report.string, withDestinationPath: "reports/real.xml")
    for _ in 1...2 {
      #expect(try await world.quench("verify", "--junit", report.string).passed)
      #expect(kind(of: report) == S_IFLNK && kind(of: target) == S_IFREG)
      try expectReport(try world.read(target), in: world)
    }
  }

  @Test(.world("greeter"), arguments: ["HEAD", "HEAD~1..HEAD"])
  func namedPipeIsWrittenThroughOnce(revision: String) async throws {
    let world = try World.current
    let report = try checkLittle(world)
    try await world.commit("Check little")
    try await world.tool("mkfifo", report.string)
    let outcome = try await world.quench("verify", revision, "--junit", report.string) { running in
      let text = try await world.tool("cat", report.string)
      try expectReport(text, in: world)
    }
    #expect(outcome.status == 0, "\(outcome)")
    #expect(kind(of: report) == S_IFIFO)
  }

  @Test(
    .world("greeter"),
    arguments: [
      ("--junit", "folder", Int32(64)), ("--artifacts", "file", 64), ("--junit", "file/in", 64),
      ("--artifacts", "file/in", 64), ("--junit", "/proc/nowhere/out", 3), ("--artifacts", "/proc/nowhere", 3),
    ])
  func whatCannotBeWrittenIsSaidAtOnce(option: String, path: String, status: Int32) async throws {
    let world = try World.current
    try FileManager.default.createDirectory(
      atPath: world.root.appending("folder").string, withIntermediateDirectories: true)
    try Data().write(to: URL(filePath: world.root.appending("file").string))
    let target = world.root.pushing(FilePath(path)).string
    let outcome = try await world.quench("verify", option, target)
    #expect(outcome.status == status, "\(outcome)")
    #expect(outcome.stderr.contains(target) && outcome.stderr.contains("next:"), "\(outcome)")
    #expect(!outcome.text.contains("  built"), "before anything is done: \(outcome)")
    #expect(try await world.ask("history").json["commits"][0]["result"] == .null)
  }

  @Test(.world("greeter"), arguments: [true, false])
  func whatTurnsOutUnwritableTakesNothingFromTheVerdict(passes: Bool) async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(suites: [("check", passes ? "true" : "false")]).text)
    let link = try link(to: "/dev/full", in: world)
    let answer = try await world.ask("verify", "--junit", link)
    #expect(answer.json["result"].string == (passes ? "PASSED" : "FAILED"), "\(answer.outcome)")
    #expect(answer.status == (passes ? 3 : 1), "\(answer.outcome)")
    #expect(answer.outcome.stderr.contains(link), "\(answer.outcome)")
    #expect(try await world.ask("history").json["commits"][0]["result"].string == answer.json["result"].string)
  }

  /// Runs `quench` in a shell, with what follows on its command line.
  private func shell(_ script: String, in world: World) async throws -> Outcome {
    try await Command(
      executable: .name("sh"), arguments: ["-c", script, Product.executable.string], environment: world.environment,
      folder: world.repository
    ).run()
  }

  @Test(
    .world("greeter"),
    arguments: [
      "\"$0\" verify --format json > /dev/full; echo status $? >&2",
      "{ \"$0\" verify --format json; echo status $? >&2; } | true",
    ])
  func documentThatCannotBeWrittenIsAnError(script: String) async throws {
    let world = try World.current
    _ = try checkLittle(world)
    let outcome = try await shell(script, in: world)
    #expect(outcome.stderr.contains("status 3") && outcome.stderr.contains("standard output"), "\(outcome)")
    try await world.expectNothingRunning()
    #expect(try world.files(below: world.state.appending("instances")).isEmpty)
    #expect(try await world.ask("history").json["commits"][0]["result"].string == "PASSED", "the verdict is kept")
  }

  @Test(.world("greeter"))
  func readerThatGoesAwayEndsNothing() async throws {
    let world = try World.current
    _ = try checkLittle(world)
    let outcome = try await shell("{ \"$0\" verify; echo status $? >&2; } | true", in: world)
    #expect(outcome.stderr.contains("status 0"), "\(outcome)")
    #expect(try world.files(below: world.state.appending("instances")).isEmpty)
    let full = try await shell("\"$0\" history > /dev/full; echo status $? >&2", in: world)
    #expect(full.stderr.contains("status 3") && full.stderr.contains("standard output"), "\(full)")
  }
}
