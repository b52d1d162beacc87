import Foundation
import SystemPackage
import Testing

/// What CI systems take away: JUnit, and a folder of everything.
struct ReportTests {
  private let suites = [("fine", "true"), ("bad", "echo '1 < 2 & so on'; false")]

  @Test(.world("greeter"))
  func jUnitNamesEveryTestAndItsFailure() async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(suites: suites.map { (name: $0, command: $1) }).text)
    let file = world.root.appending("out").appending("junit.xml")
    let outcome = try await world.quench("verify", "--junit", file.string)
    #expect(outcome.status == 1, "\(outcome)")
    let xml = try XMLDocumentSummary(contentsOf: file)
    #expect(xml.root == "testsuites" || xml.root == "testsuite")
    #expect(xml.count(of: "testcase") == 2)
    #expect(xml.count(of: "failure") == 1)
    #expect(xml.text.contains("1 < 2 & so on"), "what the suite said, escaped")
  }

  @Test(.world("greeter"))
  func jUnitIsThereWhenTheBuildFails() async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(build: "false").text)
    try await world.commit("Break the build")
    let file = world.root.appending("junit.xml")
    let outcome = try await world.quench("verify", "--junit", file.string)
    #expect(outcome.status == 3)
    let xml = try XMLDocumentSummary(contentsOf: file)
    #expect(xml.count(of: "error") >= 1, "an error, so that no CI system takes it for a pass")
  }

  /// What a suite plants beside its report is not waited for, not followed, and keeps nothing else away.
  @Test(.world("greeter"))
  func artifactsTakeFilesAlone() async throws {
    let world = try World.current
    let plant =
      "cd $(dirname $QUENCH_JUNIT_OUTPUT) && mkfifo pipe && ln -s /etc/passwd link && mkdir shut && chmod 0 shut"
    try world.write("quench.yml", GreeterConfiguration(suites: [("plants", plant)]).text)
    try await world.commit("Plant")
    let folder = world.root.appending("artifacts")
    let outcome = try await world.quench("verify", "--artifacts", folder.string)
    #expect(outcome.status == 0, "\(outcome)")
    let files = try world.files(below: folder)
    for name in ["verdict.json", "junit.xml", "statement.intoto.jsonl"] { #expect(files.contains(name), "\(files)") }
    #expect(!files.contains { $0.hasSuffix("/pipe") || $0.hasSuffix("/link") }, "\(files)")
  }

  @Test(.world("greeter"))
  func artifactsHoldLogsJUnitAndJSON() async throws {
    let world = try World.current
    try world.write(
      "quench.yml",
      GreeterConfiguration(
        build: "echo compiling the greeter; mkdir -p build && cp greeter.py build/greeter",
        suites: [("chatty", "echo says the suite; false")]
      ).text)
    try await world.commit("Talk")
    let folder = world.root.appending("artifacts")
    let outcome = try await world.quench("verify", "--artifacts", folder.string)
    #expect(outcome.status == 1, "\(outcome)")
    let files = try world.files(below: folder)
    let contents = try files.map { folder.pushing(FilePath($0)) }.filter { !isFolder($0) }.map(world.read)
    #expect(contents.contains { $0.contains("compiling the greeter") }, "the build's log: \(files)")
    #expect(contents.contains { $0.contains("says the suite") }, "the suite's log: \(files)")
    #expect(contents.contains { $0.contains("greeter: serving on") }, "the instance's log: \(files)")
    #expect(files.contains { $0.hasSuffix(".xml") }, "JUnit: \(files)")
    let json = try #require(files.first { $0.hasSuffix(".json") }, "JSON: \(files)")
    let document = try JSONValue(document: world.read(folder.pushing(FilePath(json))))
    #expect(document["schema"].string == "quench.verdict/v1")
    #expect(document["result"].string == "FAILED")
  }

  @Test(.world("greeter"))
  func artifactsAreThereWhenTheBuildFails() async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(build: "echo no room on the bench; false").text)
    try await world.commit("Break the build")
    let folder = world.root.appending("artifacts")
    let outcome = try await world.quench("verify", "--artifacts", folder.string)
    #expect(outcome.status == 3)
    let files = try world.files(below: folder)
    let logs = try files.filter { $0.hasPrefix("build-") && $0.hasSuffix(".log") }
      .map { try world.read(folder.appending($0)) }
    #expect(logs.contains { $0.contains("no room on the bench") }, "the build's log: \(files)")
    #expect(files.contains { $0.hasSuffix(".json") }, "\(files)")
    #expect(files.contains { $0.hasSuffix(".xml") }, "\(files)")
  }

  @Test(.world("faulty"))
  func artifactsHoldTheLogOfAnInstanceThatNeverServed() async throws {
    let world = try World.current
    try world.replace("FAULTY_MODE: healthy", by: "FAULTY_MODE: exit-at-once", in: "quench.yml")
    try await world.commit("Exit at once")
    let folder = world.root.appending("artifacts")
    let outcome = try await world.quench("verify", "--artifacts", folder.string)
    #expect(outcome.status == 3)
    let files = try world.files(below: folder)
    let logs = try files.filter { $0.hasSuffix("/service.log") }.map { try world.read(folder.pushing(FilePath($0))) }
    #expect(logs.contains { $0.contains("licence server is closed") }, "\(files)")
  }

  private func isFolder(_ path: FilePath) -> Bool {
    var folder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path.string, isDirectory: &folder) && folder.boolValue
  }
}
