import Foundation
import SystemPackage
import Testing

/// What the CI system of a job is told, by the variables that it sets.
struct JobReporterTests {
  /// A suite with a failing case whose text would steer the systems, if it were let.
  private let hostile = """
    echo '::error::forged'; echo '##vso[task.complete result=Succeeded]'
    echo "<testsuite><testcase name='&lt;b&gt;@all' file='Tests/A.swift' line='7'><failure message='::error::forged
    ##vso[task.complete result=Succeeded]'/></testcase></testsuite>" > "$QUENCH_JUNIT_OUTPUT"
    exit 1
    """

  private func repository(_ world: World) async throws {
    try world.write("quench.yml", GreeterConfiguration(suites: [("hostile", hostile)]).text)
    try await world.commit("Fail *loudly*")
  }

  private func text(_ path: FilePath) throws -> String { try String(contentsOfFile: path.string, encoding: .utf8) }

  /// Lines that a system takes for instructions.
  private func instructions(_ outcome: Outcome) -> [Substring] {
    (outcome.stdout + outcome.stderr).split(separator: "\n").map { $0.drop { $0.isWhitespace } }.filter {
      $0.hasPrefix("::") || $0.contains("##vso[") || $0.contains("##[")
    }
  }

  @Test(.world("greeter"), arguments: ["text", "json"])
  func gitHubIsToldOfFailures(format: String) async throws {
    let world = try World.current
    try await repository(world)
    let summary = world.root.appending("summary.md"), outputs = world.root.appending("outputs")
    try "# before\n".write(toFile: summary.string, atomically: false, encoding: .utf8)
    let github = [
      "GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": summary.string, "GITHUB_OUTPUT": outputs.string,
    ]
    let outcome = try await world.quench("verify", "-v", "--format", format, environment: github)
    #expect(outcome.status == 1, "\(outcome)")
    let told = instructions(outcome)
    #expect(!told.isEmpty && told.allSatisfy { $0.hasPrefix("::error ") && $0.contains("title=hostile") }, "\(told)")
    #expect(told.contains { $0.contains("file=Tests/A.swift,line=7") }, "\(told)")
    let markdown = try text(summary)
    for words in [
      "# before\n", "✗ FAILED", "Fail \\*loudly\\*", "| commit | verdict | hostile |",
      "<code>&lt;b&gt;@all — Tests/A.swift:7</code>",
    ] {
      #expect(markdown.contains(words), "\(words): \(markdown)")
    }
    let head = try await world.tool("git", "rev-parse", "HEAD")
    let lines = try text(outputs).split(separator: "\n")
    #expect(lines.contains("result=FAILED") && lines.contains("revision=\(head)"), "\(lines)")
    if format == "json" { #expect(try JSONValue(document: outcome.stdout)["result"].string == "FAILED") }

    let silent = try await world.quench("verify", "--reporter", "none", environment: github)
    #expect(silent.status == 1 && instructions(silent).isEmpty, "\(silent)")
    #expect(try text(summary) == markdown)
  }

  @Test(.world("greeter"))
  func azureIsToldOfFailures() async throws {
    let world = try World.current
    try await repository(world)
    let outcome = try await world.quench(
      "verify", environment: ["TF_BUILD": "True", "AGENT_TEMPDIRECTORY": world.temporary.string])
    #expect(outcome.status == 1, "\(outcome)")
    let told = instructions(outcome)
    #expect(told.allSatisfy { $0.hasPrefix("##vso[task.") }, "\(told)")
    #expect(told.contains { $0.hasPrefix("##vso[task.logissue type=error;sourcepath=Tests/A.swift;linenumber=7;]") })
    #expect(told.contains("##vso[task.setvariable variable=quench_result;isOutput=true;]FAILED"), "\(told)")
    let upload = "##vso[task.uploadsummary]"
    let path = try #require(told.first { $0.hasPrefix(upload) }).dropFirst(upload.count)
    #expect(try text(FilePath(String(path))).contains("✗ FAILED"))
  }

  @Test(.world("greeter"), arguments: [0, 1])
  func buildkitesAgentAnnotates(status: Int) async throws {
    let world = try World.current
    try await repository(world)
    let told = world.root.appending("told")
    try world.write("../bin/buildkite-agent", "#!/bin/sh\n{ echo \"$@\"; cat; } > \(told); exit \(status)\n")
    try await world.tool("chmod", "+x", world.root.appending("bin").appending("buildkite-agent").string)
    let path = "\(world.root.appending("bin")):\(world.environment["PATH"] ?? "")"
    let outcome = try await world.quench(
      "verify", environment: ["BUILDKITE": "true", "BUILDKITE_JOB_ID": "7", "PATH": path])
    #expect(outcome.status == 1, "whatever its agent does: \(outcome)")
    let annotation = try text(told)
    #expect(annotation.hasPrefix("annotate --style error --context quench-verify-7\n"), "\(annotation)")
    #expect(annotation.contains("✗ FAILED"))
    #expect(outcome.stderr.contains("buildkite-agent annotate:") == (status != 0), "\(outcome)")
  }

  @Test(.world("greeter"))
  func culpritIsInTheSummary() async throws {
    let world = try World.current
    let good = try await world.tool("git", "rev-parse", "HEAD")
    let commits = try await world.commits(3, "case $number in 2) touch broken;; *) echo $number > other;; esac")
    let summary = world.root.appending("summary.md")
    let outcome = try await world.quench(
      "bisect", "--good", good, "--", "test", "!", "-e", "broken",
      environment: ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": summary.string])
    #expect(outcome.status == 0, "\(outcome)")
    let markdown = try text(summary)
    for words in ["✗ FOUND", String(commits[1].prefix(7)), "| broken |".replacing("broken", with: "` broken `")] {
      #expect(markdown.contains(words), "\(words): \(markdown)")
    }
    #expect(instructions(outcome).contains { $0.hasPrefix("::error title=\(commits[1].prefix(7)) broke") })
  }

  @Test(.world("greeter"))
  func whatTheGateAsksForIsInTheSummary() async throws {
    let world = try World.current
    let summary = world.root.appending("summary.md")
    let outcome = try await world.quench(
      "why", environment: ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": summary.string])
    #expect(outcome.status == 1, "\(outcome)")
    #expect(try text(summary).contains("✗ WOULD BE REFUSED") && text(summary).contains("| rule | found | next |"))
  }

  @Test(.world("greeter"))
  func unwritableSummaryTakesNothingFromTheResult() async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(suites: [("fine", "true")]).text)
    let outcome = try await world.quench(
      "verify", environment: ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "/nowhere/summary.md"])
    #expect(outcome.status == 0 && outcome.stderr.contains("github could not be told all"), "\(outcome)")
  }

  @Test(.world("greeter"))
  func testAnythingProtocolGoesToStandardOutputAlone() async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(suites: [("fine", "true"), ("bad", "false")]).text)
    let outcome = try await world.quench("verify", "--tap", "/dev/stdout")
    #expect(outcome.status == 1)
    let lines = outcome.stdout.split(separator: "\n")
    #expect(lines.first == "TAP version 14" && lines.last == "1..2", "\(outcome)")
    #expect(lines.contains("ok 1 - fine") && lines.contains("not ok 2 - bad"), "\(outcome)")
    let both = try await world.quench("verify", "--tap", "/dev/stdout", "--junit", "/dev/stdout")
    #expect(both.status == 64 && both.stderr.contains("both need standard output"), "\(both)")
  }
}
