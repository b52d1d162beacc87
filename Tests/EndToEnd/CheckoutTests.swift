import Foundation
import SystemPackage
import Testing

/// What a revision is when it lies in the slot: every file right, and nothing of the repository run on the way.
struct CheckoutTests {
  private let check = GreeterConfiguration(suites: [("check", "true")])

  @Test(.world("greeter"))
  func submodulesAreCheckedOutAtTheRecordedCommit() async throws {
    let world = try World.current
    let library = world.root.appending("library")
    try await world.git("init", "--quiet", "--initial-branch", "main", library.string)
    for word in ["recorded", "later"] {
      try world.write(library.appending("word").string, word)
      try await world.git("add", "word", in: library)
      try await world.git("commit", "--quiet", "--message", word, in: library)
    }
    try await world.git("submodule", "--quiet", "add", library.string, "vendor/library")
    let vendored = world.repository.appending("vendor").appending("library")
    try await world.git("checkout", "--quiet", "HEAD~1", in: vendored)
    let build = "grep -qx recorded vendor/library/word && mkdir -p build && cp greeter.py build/greeter"
    try world.write("quench.yml", GreeterConfiguration(build: build, suites: [("check", "true")]).text)
    try await world.commit("Use the library")
    try await world.git("checkout", "--quiet", "main", in: vendored)
    let outcome = try await world.quench("verify")
    #expect(outcome.passed, "\(outcome)")

    let clone = world.root.appending("clone")
    try await world.git("clone", "--quiet", world.repository.string, clone.string)
    let missing = try await world.quench("verify", in: clone)
    #expect(missing.status == 3, "\(missing)")
    #expect(missing.text.contains("vendor/library"), "\(missing)")
    #expect(missing.text.contains("git submodule update"), "\(missing)")
  }

  @Test(.world("greeter"))
  func lFSPointerIsAnErrorThatSaysWhatToDo() async throws {
    let world = try World.current
    try await world.commitLargeFilePointer()
    let outcome = try await world.quench("verify")
    #expect(outcome.status == 3, "\(outcome)")
    #expect(outcome.text.contains("weights.bin"))
    #expect(outcome.text.contains("git lfs"), "\(outcome)")
  }

  @Test(.world("greeter"))
  func testsThatCannotBeCheckedOutAreNotReplacedByTheRevisions() async throws {
    let world = try World.current
    try await world.commitLargeFilePointer()
    try await world.git("tag", "weighty")
    try await world.git("rm", "--quiet", "weights.bin")
    try world.write("quench.yml", GreeterConfiguration(suites: []).text)
    try world.replace(
      "suites:\n", by: "suites:\n  unit: { swift-test: { package: Unit, tests-from: weighty } }\n", in: "quench.yml")
    try await world.commit("Take them out")
    let outcome = try await world.quench("verify")
    #expect(outcome.status == 3, "\(outcome)")
    #expect(outcome.text.contains("weights.bin") && !outcome.text.contains("are the revision's"), "\(outcome)")
  }

  @Test(.world("greeter"))
  func noHookOrFilterOfTheRepositoryRuns() async throws {
    let world = try World.current
    let trace = world.root.appending("ran")
    for hook in ["post-checkout", "pre-commit", "post-index-change", "reference-transaction"] {
      try world.write(".git/hooks/\(hook)", "#!/bin/sh\necho \(hook) >> \(trace)\n", executable: true)
    }
    let filter = "sh -c 'echo filter >> \(trace); cat'"
    try await world.git("config", "filter.spy.smudge", filter)
    try await world.git("config", "filter.spy.clean", filter)
    try await world.git("config", "core.fsmonitor", "sh -c 'echo fsmonitor >> \(trace)'")
    try world.write(".gitattributes", "*.py filter=spy\n")
    try await world.commit("Filter")
    try? FileManager.default.removeItem(atPath: trace.string)
    let outcome = try await world.quench("verify")
    #expect(!world.exists(trace), "\((try? world.read(trace)) ?? "")")
    #expect(outcome.passed || (outcome.status == 3 && outcome.text.contains("next:")), "\(outcome)")
  }

  @Test(.world("greeter"))
  func fileModesSymbolicLinksAndLineEndingsAreRight() async throws {
    let world = try World.current
    let build = """
      test -x smoke.sh && test ! -x test_greeter.py
      test "$(readlink link)" = greeter.py
      printf 'a\\r\\nb\\r\\n' | cmp - windows.txt
      printf 'a\\nb\\n' | cmp - unix.txt
      mkdir -p build && cp greeter.py build/greeter
      """
    try world.write("quench.yml", GreeterConfiguration(build: "set -e\n" + build, suites: [("check", "true")]).text)
    try world.write(".gitattributes", "windows.txt text eol=crlf\nunix.txt text eol=lf\n")
    try world.write("windows.txt", "a\r\nb\r\n")
    try world.write("unix.txt", "a\nb\n")
    try FileManager.default.createSymbolicLink(
      atPath: world.repository.appending("link").string, withDestinationPath: "greeter.py")
    try await world.commit("Modes, links, endings")
    let outcome = try await world.quench("verify")
    #expect(outcome.passed, "\(outcome)")
  }

  @Test(.world("greeter"))
  func nextRevisionTouchesOnlyWhatDiffers() async throws {
    // The slot is reused: an unchanged file keeps its time, a changed one does not, a removed one is gone.
    let world = try World.current
    try world.write("quench.yml", check.text)
    try world.write("same", "same")
    try world.write("gone", "gone")
    try world.write("changed", "before")
    let build = """
      stat --format '%n %y' same changed > $TMPDIR/times; cat $TMPDIR/times; ls
      mkdir -p build && cp greeter.py build/greeter
      """
    var configuration = check
    configuration.build = build
    try world.write("quench.yml", configuration.text)
    try await world.commit("Before")
    let first = try await world.quench("verify", "--verbose")
    try await world.git("rm", "--quiet", "gone")
    try world.write("changed", "after")
    try await world.commit("After")
    let second = try await world.quench("verify", "--verbose")
    #expect(first.passed && second.passed, "\(first)\n\(second)")
    let time = { (outcome: Outcome, name: String) in
      outcome.text.split(separator: "\n").first { $0.contains("\(name) 20") }.map { String($0.suffix(35)) }
    }
    let same = try #require(time(first, "same"), "\(first)")
    #expect(time(second, "same") == same)
    let changed = try #require(time(first, "changed"))
    #expect(time(second, "changed") != changed)
  }
}

extension World {
  /// Commits a file `weights.bin` that stands for one that Git LFS was to fetch.
  fileprivate func commitLargeFilePointer() async throws {
    try write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n")
    try write(
      "weights.bin",
      "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "a", count: 64))\nsize 12345\n")
    try await commit("Add weights")
  }
}
