import Testing

/// `quench bisect` without a command: the suites' tests on hot instances, all that fail in one search.
struct SuiteBisectTests {
  /// Two tests of the running greeter, with a report of both.
  private let check = """
    cases= status=0
    check() {
      if $1; then result=; else result='<failure message="no"/>' status=1; fi
      cases="$cases<testcase classname='Greeter' name='$1'>$result</testcase>"
    }
    ask() { curl --silent --show-error --max-time 10 "$@"; }
    greets() { ask --request POST "$QUENCH_BASE_URL/greetings/Ida" | grep -q 'Hello, Ida!'; }
    misses() { test "$(ask --output /dev/null --write-out '%{http_code}' "$QUENCH_BASE_URL/farewells")" = 404; }
    check greets
    check misses
    echo "<testsuite>$cases</testsuite>" > "$QUENCH_JUNIT_OUTPUT"
    exit $status
    """

  private let breakGreeting = "sed -i 's/Hello, {name}/Hullo, {name}/' greeter.py"
  private let breakMissing = "sed -i 's/return 404/return 200/' greeter.py"

  /// Commits a greeter that passes and cannot be built where there is a file `unbuildable`, and then others.
  private func history(
    of world: World, commits count: Int, _ changes: String, more suites: [(name: String, command: String)] = []
  ) async throws -> (good: String, commits: [String]) {
    let configuration = GreeterConfiguration(
      build: "test ! -e unbuildable && mkdir -p build && cp greeter.py build/greeter",
      suites: [("check", check)] + suites)
    try world.write("quench.yml", configuration.text)
    let good = try await world.commit("Describe the service")
    return (good, try await world.commits(count, "case $number in \(changes) *) ;; esac"))
  }

  @Test(.world("greeter"))
  func everyFailingTestHasItsCulprit() async throws {
    let world = try World.current
    // The fourth of eight is what a search of all of them begins with.
    let changes = "2) \(breakGreeting);; 4) touch unbuildable;; 5) rm unbuildable;; 6) \(breakMissing);;"
    let (good, commits) = try await history(of: world, commits: 8, changes)
    let culprits: [String: Set] = [commits[1]: ["Greeter/greets"], commits[5]: ["Greeter/misses"]]
    let answer = try await world.bisect("--good", good, "--bad", "HEAD")
    #expect(answer.status == 0 && answer.json["found"].bool == true, "\(answer.outcome)")
    #expect(answer.culprits == culprits, "\(answer.json)")
    #expect(answer.skipped.isSubset(of: [commits[3]]), "\(answer.json)")
    #expect(answer.runs <= 9 && (answer.json["builds"].number ?? 0) > 0, "\(answer.json)")
    try await world.expectNothingRunning()

    let again = try await world.bisect("--good", good, "--bad", "HEAD")
    #expect(again.status == 0 && again.culprits == culprits, "\(again.outcome)")
    #expect(again.runs == 0 && again.json["builds"].number == 0, "\(again.json)")
    #expect(again.json["resumed"].bool == true, "\(again.json)")
    let text = try await world.quench("bisect", "--good", good)
    for (commit, tests) in culprits {
      for word in [String(commit.prefix(7))] + tests { #expect(text.stdout.contains(word), "\(word): \(text)") }
    }
  }

  /// The suite at the bad end goes on only when the good end, which is next, is being built.
  @Test(.world("greeter"))
  func whatIsNextIsBuiltWhileTestsRun() async throws {
    let world = try World.current
    let token = try RunTokens(1, in: world), port = LoopbackPort.free()
    let wait = """
      test -n "$(\(token.take))" || exit 0
      exec python3 -c 'import socket
      with socket.create_server(("127.0.0.1", \(port))) as server:
          server.settimeout(30)
          server.accept()'
      """
    let knock = "curl --silent --retry 300 --retry-delay 1 --retry-connrefused --retry-max-time 30 127.0.0.1:\(port)"
    let configuration = GreeterConfiguration(
      build: "if test -e knock; then \(knock); fi; mkdir -p build && cp greeter.py build/greeter",
      suites: [("check", check), ("wait", wait)])
    try world.write("quench.yml", configuration.text)
    try world.write("knock", "")
    let good = try await world.commit("Describe the service")
    let commits = try await world.commits(1, "rm knock; \(breakGreeting)")
    let answer = try await world.bisect("--good", good)
    #expect(answer.status == 0 && answer.culprits == [commits[0]: ["Greeter/greets"]], "\(answer.outcome)")
    #expect(answer.runs == 2 && answer.json["builds"].number == 2, "\(answer.json)")
    #expect(answer.json["ends"]["good"].array.compactMap(\.string) == [good], "\(answer.json)")
    #expect(answer.json["trials"].array.compactMap(\.["revision"].string) == [commits[0], good])
    #expect(answer.json["tests"][0]["status"].string == "found")
  }

  @Test(.world("greeter"))
  func revisionThatCannotBeBuiltIsSkipped() async throws {
    let world = try World.current
    let changes = "1) touch unbuildable;; 2) rm unbuildable; \(breakGreeting);;"
    let (good, commits) = try await history(of: world, commits: 2, changes)
    let answer = try await world.bisect("--good", good)
    #expect(answer.status == 2, "either may be the culprit: \(answer.outcome)")
    #expect(answer.json["found"].bool == false && answer.culprits.isEmpty, "\(answer.json)")
    #expect(answer.skipped == [commits[0]] && answer.candidates == Set(commits), "\(answer.json)")
  }

  @Test(
    .world("greeter"),
    arguments: [
      ("touch unbuildable", "(build)", "the service's build"),
      ("printf '#!/bin/sh\\nexit 3\\n' > greeter.py", "(start)", "the service's start"),
    ])
  func commitThatKeepsTheBadEndFromItsTestsIsFound(change: String, test: String, words: String) async throws {
    let world = try World.current
    let (good, commits) = try await history(of: world, commits: 5, "2) \(breakGreeting);; 3) \(change);;")
    let answer = try await world.bisect("--good", good)
    #expect(answer.status == 0 && answer.culprits == [commits[2]: [test]], "\(answer.outcome)")
    let text = try await world.quench("bisect", "--good", good)
    #expect(text.status == 0 && text.stdout.contains(words), "\(text)")
    let named = try await world.bisect("--good", good, "--test", "Greeter/greets")
    #expect(named.status == 2 && named.culprits.isEmpty, "\(named.outcome)")
  }

  /// A test of the revision itself, which the good end does not have yet.
  @Test(.world("greeter"))
  func testThatFailsSinceItIsThereIsBlamedOnItsCommit() async throws {
    let world = try World.current
    try world.write(
      "tests.sh", "echo \"<testsuite><testcase name='old'/>$MORE</testsuite>\" > \"$QUENCH_JUNIT_OUTPUT\"\n")
    let new =
      "sed -i \"1i MORE=\\\"<testcase name='new'><failure message='no'/></testcase>\\\"\" tests.sh; echo 'exit 1' >> tests.sh"
    let (good, commits) = try await history(
      of: world, commits: 4, "3) \(new);;", more: [("own", "sh tests.sh")])
    let answer = try await world.bisect("--good", good, "--suite", "own", "--tests-from", "revision")
    #expect(answer.status == 0 && answer.culprits == [commits[2]: ["new"]], "\(answer.outcome)")
    let text = try await world.quench("bisect", "--good", good, "--suite", "own", "--tests-from", "revision")
    #expect(text.stdout.contains("its parent \(commits[1].prefix(7)) has no such test"), "\(text)")
  }

  /// A suite that ends at its first failure says nothing of the tests behind it.
  @Test(.world("greeter"))
  func testThatAnotherFailureKeptFromRunningHasNotPassed() async throws {
    let world = try World.current
    func tests(_ a: String, _ b: String) -> String {
      let cases = [("a", a), ("b", b)].filter { !$0.1.isEmpty }.map { name, result in
        "<testcase name='\(name)'>\(result == "fails" ? "<failure message='no'/>" : "")</testcase>"
      }
      let status = [a, b].contains("fails") ? 1 : 0
      return
        "printf '%s' \"echo \\\"<testsuite>\(cases.joined())</testsuite>\\\" > \\$QUENCH_JUNIT_OUTPUT; exit \(status)\" > tests.sh"
    }
    try await world.tool("sh", "-c", tests("passes", "passes"))
    let changes = "1) \(tests("passes", "fails"));; 2) \(tests("fails", ""));; 3) \(tests("passes", "fails"));;"
    let (good, commits) = try await history(of: world, commits: 3, changes, more: [("own", "sh tests.sh")])
    let answer = try await world.bisect(
      "--good", good, "--suite", "own", "--test", "b", "--tests-from", "revision")
    #expect(answer.status == 0 && answer.culprits == [commits[0]: ["b"]], "\(answer.outcome)")
  }

  @Test(.world("greeter"))
  func onlyTheTestsAskedForAreSearched() async throws {
    let world = try World.current
    let changes = "2) \(breakGreeting);; 3) \(breakMissing);;"
    let (good, commits) = try await history(of: world, commits: 4, changes)
    let answer = try await world.bisect("--good", good, "--test", "Greeter/misses")
    #expect(answer.status == 0, "\(answer.outcome)")
    #expect(answer.culprits == [commits[2]: ["Greeter/misses"]], "\(answer.json)")
    #expect(answer.runs <= 5, "four candidates, and the ends: \(answer.json)")
  }

  /// What fails at the good end too would be refused.
  @Test(.world("greeter"))
  func onlyTheSuitesAskedForAreRun() async throws {
    let world = try World.current
    let (good, commits) = try await history(
      of: world, commits: 4, "3) \(breakGreeting);;", more: [("never", "false")])
    let answer = try await world.bisect("--good", good, "--suite", "check")
    #expect(answer.status == 0, "\(answer.outcome)")
    #expect(answer.culprits == [commits[2]: ["Greeter/greets"]], "\(answer.json)")
  }

  @Test(.world("greeter"))
  func whatPassesAtBothEndsLeavesNothingToFind() async throws {
    let world = try World.current
    let (good, _) = try await history(of: world, commits: 3, "")
    let answer = try await world.bisect("--good", good)
    #expect(answer.status == 1, "\(answer.outcome)")
    #expect(answer.json["found"].bool != true && answer.culprits.isEmpty, "\(answer.outcome)")
  }
}
