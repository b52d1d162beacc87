import Foundation
import Subprocess
import SystemPackage
import Testing

/// The other commands: `init`, `doctor`, `history`, `logs`.
struct CommandTests {
  /// Every process is started by the very executable that runs, whatever it is called and lies beside its arguments.
  @Test(.world("greeter"))
  func renamedExecutableStartsItself() async throws {
    let world = try World.current
    let renamed = world.root.appending("quench-next"), trap = world.root.appending("trap")
    try await world.tool("cp", Product.executable.string, renamed.string)
    try world.write("\(trap)/quench", "#!/bin/sh\ntouch '\(trap)/sprung'\n", executable: true)
    let outcome = try await Command(
      executable: .path(renamed), arguments: ["verify", "--junit", "\(trap)/report.xml"],
      environment: world.environment, folder: world.repository
    ).run()
    #expect(outcome.passed, "\(outcome)")
    #expect(!world.exists(trap.appending("sprung")))
  }

  @Test(.world)
  func initDescribesASwiftPackage() async throws {
    let world = try World.current
    try world.write(
      "Package.swift",
      """
      // swift-tools-version: 6.0
      import PackageDescription
      let package = Package(
        name: "Shop", targets: [.executableTarget(name: "shop"), .testTarget(name: "ShopTests", dependencies: ["shop"])])
      """)
    try world.write("Sources/shop/main.swift", "print(1)\n")
    try world.write("Tests/ShopTests/ShopTests.swift", "import Testing\n@Test func one() {}\n")
    try await world.commit("A package")
    let outcome = try await world.quench("init")
    #expect(outcome.status == 0, "\(outcome)")
    let text = try world.read(world.repository.appending("quench.yml"))
    #expect(text.contains("shop") && text.contains("swift build") && text.contains("swift-test"), "\(text)")
    // What it wrote is right: whatever fails next, the configuration does not.
    let doctor = try await world.ask("doctor")
    #expect(doctor.json["checks"].named("quench.yml")["finding"].string == "good", "\(doctor.outcome)")
  }

  @Test(.world)
  func initDescribesAServiceThatIsNotSwift() async throws {
    let world = try World.current
    for name in ["greeter.py", "test_greeter.py", "smoke.sh"] {
      try world.copy(Product.fixtures.appending("greeter").appending(name), to: name)
    }
    try await world.commit("A service in Python")
    let outcome = try await world.quench("init")
    #expect(outcome.status == 0, "\(outcome)")
    let doctor = try await world.ask("doctor")
    #expect(doctor.json["checks"].named("quench.yml")["finding"].string == "good", "\(doctor.outcome)")
  }

  @Test(.world)
  func initOfAnUnknownKindIsVerifiedAsItIs() async throws {
    let world = try World.current
    try world.copy(Product.fixtures.appending("greeter").appending("greeter.py"), to: "greeter.py")
    try world.copy(Product.fixtures.appending("greeter").appending("smoke.sh"), to: "smoke.sh")
    try await world.tool("mv", "greeter.py", "greeter")
    try world.write("run.sh", "#!/bin/sh\nexec ./greeter --port \"$PORT\"\n", executable: true)
    let written = try await world.ask("init")
    #expect(written.status == 0, "\(written.outcome)")
    #expect(written.json["suites"].array.map(\.string) == ["smoke"])
    #expect(try world.read(world.repository.appending("quench.yml")).contains("outputs: [.]"))
    try await world.commit("A service")
    let outcome = try await world.quench("verify")
    #expect(outcome.passed, "\(outcome)")
  }

  @Test(.world("greeter"))
  func initInAFolderOfARepositoryStartsFromItsRoot() async throws {
    let world = try World.current
    for name in ["greeter.py", "test_greeter.py", "smoke.sh"] {
      try world.write("apps/my greeter/\(name)", "")
      try world.copy(Product.fixtures.appending("greeter").appending(name), to: "apps/my greeter/\(name)")
    }
    let folder = world.repository.pushing("apps/my greeter")
    let written = try await world.quench("init", in: folder)
    #expect(written.status == 0, "\(written)")
    #expect(written.stdout.contains("\(world.repository)/quench.yml is there too"), "\(written)")
    try await world.commit("A service of a folder")
    let outcome = try await world.quench("verify", in: folder)
    #expect(outcome.passed, "\(outcome)")
    #expect(outcome.stdout.contains("smoke") && outcome.stdout.contains("tests"), "\(outcome)")
  }

  @Test(.world("greeter"))
  func initSaysWhatARepositoryLacks() async throws {
    let world = try World.current
    let folder = world.root.appending("elsewhere"), bare = world.root.appending("bare.git")
    try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: false)
    let outside = try await world.quench("init", in: folder)
    #expect(outside.status == 0 && outside.stdout.contains("next: git init"), "\(outside)")
    try await world.git("clone", "--quiet", "--bare", world.repository.string, bare.string)
    let refused = try await world.quench("init", in: bare)
    #expect(refused.status == 3 && refused.stderr.contains("--config"), "\(refused)")
    #expect(!world.exists(bare.appending("quench.yml")))
  }

  @Test(.world("greeter"))
  func initReplacesNothingUnasked() async throws {
    let world = try World.current
    let before = try world.read(world.repository.appending("quench.yml"))
    let outcome = try await world.quench("init")
    #expect(outcome.status != 0, "\(outcome)")
    #expect(outcome.stderr.contains("--force"), "\(outcome)")
    #expect(try world.read(world.repository.appending("quench.yml")) == before)
  }

  @Test(.world("greeter"))
  func doctorChecksTheMachine() async throws {
    let world = try World.current
    let answer = try await world.ask("doctor")
    #expect(answer.status == 0, "\(answer.outcome)")
    #expect(answer.json["checks"].array.count >= 5)
    let text = try await world.quench("doctor")
    for word in ["git", "swift", "isolation", "ports", "quench.yml"] { #expect(text.text.contains(word), "\(text)") }
    #expect(text.text.contains("\(world.repository)/quench.yml") && text.text.contains("\(world.state)"), "\(text)")
    let home = world.root.appending("state").string
    let elsewhere = try await world.quench("doctor", environment: ["QUENCH_HOME": home])
    #expect(elsewhere.text.contains("\(home) (QUENCH_HOME)"), "\(elsewhere)")
  }

  @Test(.world("greeter"))
  func doctorSaysWhatIsWrong() async throws {
    let world = try World.current
    try world.replace("service:", by: "servise:", in: "quench.yml")
    let outcome = try await world.quench("doctor")
    #expect(outcome.status == 3, "\(outcome)")
    #expect(outcome.text.contains("quench.yml:1:1"), "\(outcome)")
  }

  @Test(.world("greeter"))
  func historyShowsCommitsBySuites() async throws {
    let world = try World.current
    try world.write(
      "quench.yml", GreeterConfiguration(suites: [("check", "test ! -e broken"), ("smoke", "true")]).text)
    let good = try await world.commit("Good one")
    try world.write("broken", "yes")
    let bad = try await world.commit("Bad one")
    let unknown = try await world.commit("Same tree as the bad one")
    try world.write("more", "yes")
    let unverified = try await world.commit("Never verified")
    let digest = try await world.ask("verify", good).json["build"]["digest"]
    try await world.ask("verify", bad)
    let history = try await world.ask("history")
    #expect(history.status == 0)
    let commits = history.json["commits"].array
    #expect(commits.first?["revision"].string == unverified, "newest first")
    let entry = { (revision: String) in commits.first { $0["revision"].string == revision } ?? .null }
    #expect(entry(good)["result"].string == "PASSED")
    #expect(entry(good)["digest"] == digest)
    #expect(entry(good)["subject"].string == "Good one")
    #expect(entry(bad)["result"].string == "FAILED")
    #expect(entry(bad)["suites"].named("check")["result"].string == "FAILED")
    #expect(entry(bad)["suites"].named("smoke")["result"].string == "PASSED")
    #expect(entry(unknown)["result"].string == "FAILED", "the same tree has the same verdict")
    #expect(entry(unverified)["result"] == .null || entry(unverified)["result"].string == nil)
    let text = try await world.quench("history", "\(good)..HEAD")
    #expect(text.stdout.contains("Bad one") && !text.stdout.contains("Good one"), "\(text)")
  }

  @Test(.world("greeter"))
  func logsShowWhatAnInstancePrinted() async throws {
    let world = try World.current
    let id = try #require(try await world.ask("verify").json["instances"][0]["id"].string)
    let list = try await world.quench("logs")
    #expect(list.status == 0 && list.stdout.contains(id), "\(list)")
    let log = try await world.quench("logs", id)
    #expect(log.status == 0 && log.stdout.contains("greeter: serving on 127.0.0.1"), "\(log)")
    let last = try await world.quench("logs", id, "--lines", "1")
    #expect(last.stdout.split(separator: "\n").count == 1, "\(last)")
    let unknown = try await world.quench("logs", "hot-nobody")
    #expect([3, 64].contains(unknown.status), "\(unknown)")
    #expect(unknown.stderr.contains("hot-nobody"))
  }

  @Test(.world("greeter"))
  func logsAreListedNewestFirstWithWhatRan() async throws {
    let world = try World.current
    let head = try await world.git("rev-parse", "HEAD")
    let old = try #require(try await world.ask("verify").json["instances"][0]["id"].string)
    // More than are shown of those that a name could stand for.
    let logs = world.state.appending("logs").appending("instances")
    for number in 1...12 {
      let folder = logs.appending("hot-older-\(number)")
      try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
      try await world.tool("touch", "-d", "2020-01-01 00:00:\(number + 10)", folder.appending("service.log").string)
    }
    let new = try #require(try await world.ask("verify").json["instances"][0]["id"].string)
    let entries = try await world.ask("logs").json["logs"].array
    let names = entries.map(\.["instance"].string)
    #expect(try #require(names.firstIndex(of: new)) < #require(names.firstIndex(of: old)))
    #expect(names.last == "hot-older-1")
    let newest = entries.first { $0["instance"].string == new }
    #expect(newest?["service"].string == "greeter" && newest?["revision"].string == head)
    let list = try await world.quench("logs").stdout.split(separator: "\n")
    #expect(list.contains { $0.hasPrefix(new) && $0.contains("greeter") && $0.contains(head.prefix(7)) }, "\(list)")
    let ambiguous = try await world.quench("logs", "hot-older-")
    #expect(ambiguous.status == 64, "\(ambiguous)")
    #expect(ambiguous.stderr.split(separator: "\n").count { $0.hasPrefix("  hot-older-") } == 10, "\(ambiguous)")
    #expect(ambiguous.stderr.contains("and 2 more"), "\(ambiguous)")
  }

  @Test(.world("greeter"))
  func logsFollowARunningInstance() async throws {
    let world = try World.current
    world.atEnd { try await world.quench("hot", "stop", "--remove") }
    try #require(try await world.quench("hot", "deploy").status == 0)
    let instance = try await world.ask("hot", "status").json["instances"][0]
    let id = try #require(instance["id"].string)
    let outcome = try await world.quench("logs", "--follow", id) { running in
      try await running.prints("serving on")
      _ = try await world.get("/greetings/Followed", port: instance["port"], method: "POST")
      try await running.prints("POST /greetings/Followed")
      running.send(SIGINT)
    }
    #expect([0, 130].contains(outcome.status), "\(outcome)")
    #expect(!outcome.stderr.contains("stopped"), "nothing was: \(outcome)")
  }

  @Test(.world("greeter"))
  func logsFollowAnInstanceToItsEnd() async throws {
    let world = try World.current
    world.atEnd { try await world.quench("hot", "stop", "--remove") }
    try #require(try await world.quench("hot", "deploy").status == 0)
    let id = try #require(try await world.ask("hot", "status").json["instances"][0]["id"].string)
    let outcome = try await world.quench("logs", "--follow", id) { running in
      try await running.prints("serving on")
      try await world.quench("hot", "stop", "--remove")
    }
    #expect(outcome.status == 0, "it ends when the instance is removed: \(outcome)")
    let later = try await world.quench("logs", "--follow", id)
    #expect(later.status == 0 && later.stdout.contains("serving on"), "\(later)")
  }

  @Test(.world("greeter"))
  func logsAreADocumentHoweverLong() async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(run: "seq 1 30000; exec ./greeter --port ${PORT}").text)
    try await world.commit("Talk")
    let id = try #require(try await world.ask("verify").json["instances"][0]["id"].string)
    let list = try await world.ask("logs").json
    #expect(list["schema"].string == "quench.logs/v1", "\(list)")
    #expect(list["logs"].array.contains { $0["instance"].string == id && $0["state"].string == "removed" }, "\(list)")
    let log = try await world.ask("logs", id, "--lines", "30000").json["logs"][0]
    #expect(log["lines"].array.count == 30_000)
    #expect(log["lines"].array.last?.string?.contains("greeter") == true)
    let endless = try await world.ask("logs", id, "--follow")
    #expect(endless.status == 64)
  }

  @Test(.world("greeter"))
  func versionAndHelpNeedNoRepository() async throws {
    let world = try World.current
    let version = try await world.quench("--version", in: world.home)
    #expect(version.status == 0 && version.stdout.firstMatch(of: /\d+\.\d+/) != nil, "\(version)")
    let help = try await world.quench("help", "verify", in: world.home)
    #expect(help.status == 0 && help.stdout.contains("EXIT STATUS"))
    let root = try await world.quench("--help", in: world.home)
    for word in ["revision", "recipe", "build", "instance", "hot set", "baseline", "suite", "verdict"] {
      #expect(root.stdout.contains("  \(word) "), "\(word) is explained: \(root)")
    }
  }
}
