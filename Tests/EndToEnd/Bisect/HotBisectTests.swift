import Foundation
import SystemPackage
import Testing

/// Searches on hot instances that are for several culprits, are cut off, or have to do with runs that disagree.
struct HotBisectTests {
  private let breakGreeting = "sed -i 's/Hello, {name}/Hullo, {name}/' greeter.py"
  private let mendGreeting = "sed -i 's/Hullo, {name}/Hello, {name}/' greeter.py"
  private let breakMissing = "sed -i 's/return 404/return 200/' greeter.py"
  private let breakType = "sed -i 's#application/json#text/plain#' greeter.py"

  /// Three tests of the running greeter, with a report of all.
  ///
  /// - Parameters:
  ///   - first: a command that is run before them.
  ///   - luck: a command that says, by 0, that a wrong greeting goes unnoticed.
  private func check(first: String, luck: String) -> String {
    """
    \(first)
    cases= status=0
    check() {
      if $1; then result=; else result='<failure message="no"/>' status=1; fi
      cases="$cases<testcase classname='Greeter' name='$1'>$result</testcase>"
    }
    ask() { curl --silent --show-error --max-time 10 "$@"; }
    greets() { ask --request POST "$QUENCH_BASE_URL/greetings/Ida" | grep -q 'Hello, Ida!' || \(luck); }
    misses() { test "$(ask --output /dev/null --write-out '%{http_code}' "$QUENCH_BASE_URL/farewells")" = 404; }
    types() { ask --output /dev/null --write-out '%{content_type}' "$QUENCH_BASE_URL/greetings" | grep -q json; }
    check greets
    check misses
    check types
    echo "<testsuite>$cases</testsuite>" > "$QUENCH_JUNIT_OUTPUT"
    exit $status
    """
  }

  /// Commits the greeter with these tests, all of which pass.
  private func begin(_ world: World, first: String = "true", luck: String = "false") async throws -> String {
    let configuration = GreeterConfiguration(suites: [("check", check(first: first, luck: luck))])
    try world.write("quench.yml", configuration.text)
    return try await world.commit("Describe the service")
  }

  @Test(.world("greeter"))
  func threeCulpritsAreFoundAtOnceOneOfThemOnAMergedBranch() async throws {
    let world = try World.current
    let good = try await begin(world)
    let early = try await world.commits(2, "test $number -ne 2 || \(breakGreeting)")
    try await world.git("checkout", "--quiet", "-b", "side")
    try world.write("side", "1")
    try await world.commit("Begin the side")
    try await world.tool("sh", "-c", breakType)
    let aside = try await world.commit("Speak plainly on the side")
    try world.write("side", "2")
    try await world.commit("End the side")
    try await world.git("checkout", "--quiet", "main")
    _ = try await world.commits(2, "true")
    try await world.git("merge", "--quiet", "--no-ff", "--message", "Merge side", "side")
    let late = try await world.commits(4, "test $number -ne 3 || \(breakMissing)")

    let answer = try await world.bisect("--good", good)
    #expect(answer.status == 0 && answer.json["found"].bool == true, "\(answer.outcome)")
    let culprits: [String: Set] = [
      early[1]: ["Greeter/greets"], aside: ["Greeter/types"], late[2]: ["Greeter/misses"],
    ]
    #expect(answer.culprits == culprits, "\(answer.json)")
    #expect(answer.json["tests"].array.count == 3, "\(answer.json)")
    // Three searches, each for one of them, take seventeen.
    #expect(answer.runs <= 12, "what one run shows is used for all: \(answer.json)")
    try await world.expectNothingRunning()
  }

  @Test(.world("greeter"))
  func searchThatWasKilledInTheMiddleOfARunGoesOn() async throws {
    let world = try World.current
    let tokens = try RunTokens(3, in: world)
    // Three runs are quick; the next one goes on until it is ended, unless there is that file.
    let good = try await begin(
      world, first: "test -e \"$HOME/.cache/mended\" || test -n \"$(\(tokens.take))\" || sleep 300")
    let commits = try await world.commits(8, "case $number in 3) \(breakGreeting);; 6) \(breakMissing);; *) ;; esac")
    let killed = try await world.command(["bisect", "--format", "json", "--good", good]).run { running in
      let hangs = try await comesTrue(within: .seconds(60)) {
        ProcessTable.entries(ofWorld: world.root).contains { $0.command == "sleep 300" }
      }
      try #require(hangs, "the fourth run never came to its tests")
      running.send(SIGKILL)
    }
    #expect(killed.status == 137 && killed.stdout.isEmpty, "\(killed)")
    #expect(tokens.countTaken() == 3)

    try world.write(world.home.pushing(FilePath(".cache/mended")).string, "yes")
    let rest = try await world.bisect("--good", good)
    #expect(rest.status == 0 && rest.json["resumed"].bool == true, "\(rest.outcome)")
    #expect(rest.culprits == [commits[2]: ["Greeter/greets"], commits[5]: ["Greeter/misses"]], "\(rest.json)")
    try await world.expectNothingRunning()
    #expect(try world.files(below: world.state.appending("instances")).isEmpty)
    #expect(try world.files(below: world.temporary).isEmpty)

    let whole = try await world.bisect("--good", good, "--again")
    #expect(whole.status == 0 && whole.json["resumed"].bool == false, "\(whole.outcome)")
    #expect(whole.json["culprits"] == rest.json["culprits"], "\(whole.json)")
    #expect(rest.runs == whole.runs - 3, "the run that was cut off is the only one to be made again: \(rest.json)")
  }

  /// Since commit 4 it fails at two of three runs, and before that never.
  @Test(.world("greeter"))
  func flakyTestIsRunOnHotInstancesUntilItIsSureEnough() async throws {
    let world = try World.current
    let fortunes = try namedPipe(of: String(repeating: "ffp", count: 100), in: world)
    let luck = "test \"$(dd if='\(fortunes)' iflag=nonblock bs=1 count=1 2>/dev/null)\" = p"
    let good = try await begin(world, luck: luck)
    let commits = try await world.commits(6, "test $number -ne 4 || \(breakGreeting)")
    let answer = try await world.bisect("--good", good, "--flaky")
    #expect(answer.status == 0 && answer.culprits == [commits[3]: ["Greeter/greets"]], "\(answer.outcome)")
    let test = report(of: "Greeter/greets", in: answer)
    #expect(answer.json["assumption"].string == "flaky" && test["assumption"].string == "flaky", "\(answer.json)")
    let culprit = answer.json["culprits"][0]
    #expect((culprit["confidence"].number ?? 0) >= 0.99 && culprit["confirmed"].bool == true, "\(culprit)")
    #expect((answer.json["confirmations"].number ?? 0) > 0, "\(answer.json)")
    let rate = answer.json["flake"]["false_pass"].number ?? 0
    #expect(rate > 0.1 && rate < 0.6, "how often it passes by luck is learnt: \(answer.json)")
    try await world.expectNothingRunning()
  }

  /// The search for the other test leads to where the greeting was broken for the first time.
  @Test(.world("greeter"))
  func laterBreakIsTheCulpritAndTheEarlierOneIsTold() async throws {
    let world = try World.current
    let good = try await begin(world)
    let changes = "2) \(breakGreeting);; 3) \(breakMissing);; 4) \(mendGreeting);; 6) \(breakGreeting);;"
    let commits = try await world.commits(8, "case $number in \(changes) *) ;; esac")
    let answer = try await world.bisect("--good", good)
    #expect(answer.status == 0, "\(answer.outcome)")
    #expect(answer.culprits == [commits[5]: ["Greeter/greets"], commits[2]: ["Greeter/misses"]], "\(answer.json)")
    #expect(answer.json["assumption"].string == "deterministic", "what contradicts was run again: \(answer.json)")
    let notices = report(of: "Greeter/greets", in: answer)["notices"].array.compactMap(\.string)
    let words = commits[1...2].map {
      "it was broken before, at \($0.prefix(12)), and mended by \(commits[3].prefix(12))"
    }
    let areOfTheEarlierBreak = notices.allSatisfy { notice in words.contains { notice.contains($0) } }
    #expect(!notices.isEmpty && areOfTheEarlierBreak, "\(notices)")
    #expect(report(of: "Greeter/misses", in: answer)["notices"].array.isEmpty, "\(answer.json)")
    let text = try await world.quench("bisect", "--good", good)
    #expect(text.status == 0 && words.contains { text.stdout.contains($0) }, "\(text)")
  }

  /// What an answer says of a test.
  private func report(of id: String, in answer: Answer) -> JSONValue {
    answer.json["tests"].array.first { $0["id"].string == id } ?? .null
  }

  /// A named pipe with these letters, of which each run of a script can take the next: it need not write for that.
  private func namedPipe(of letters: String, in world: World) throws -> FilePath {
    let path = world.root.appending("fortunes")
    guard mkfifo(path.string, 0o644) == 0 else { throw Errno(rawValue: errno) }
    // Open for both ends: what is in a pipe is lost when nobody has it open.
    let descriptor = open(path.string, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    world.atEnd { _ = close(descriptor) }
    let bytes = Array(letters.utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count else { throw Errno(rawValue: errno) }
    return path
  }
}
