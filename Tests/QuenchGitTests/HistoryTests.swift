import Foundation
import Generators
import QuenchDiagnostics
import QuenchGit
import SystemPackage
import Testing

@Suite struct HistoryTests {
  let scratch: Scratch
  let made: ScratchRepository

  init() throws {
    scratch = try Scratch()
    made = try scratch.repository()
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func rangesAndMergeBasesAreThoseOfGit(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    let commits = try history(of: 60, &generator)
    let repository = try made.open()
    for _ in 0..<15 {
      let old = commits.randomElement(using: &generator) ?? ""
      let new = commits.randomElement(using: &generator) ?? ""
      let listed = try await repository.range("\(old)..\(new)").map(\.id.description)
      let expected = try made.git("rev-list", "\(old)..\(new)").split(separator: "\n").map(String.init)
      #expect(listed == expected, "seed \(seed): \(old)..\(new)")
      let (left, right) = try await (repository.resolve(old).id, repository.resolve(new).id)
      let base = try await repository.mergeBase(left, right)?.id.description
      #expect(base == (try? made.git("merge-base", old, new)), "seed \(seed): merge base of \(old) and \(new)")
      let isAncestor = try await repository.isAncestor(left, of: right)
      #expect(isAncestor == ((try? made.git("merge-base", "--is-ancestor", old, new)) != nil), "seed \(seed)")
    }
    let tip = try await repository.resolve(commits[commits.count - 1])
    let listed = try await repository.commits(from: tip, limit: 20).map(\.id.description)
    #expect(try listed == made.git("rev-list", "-20", tip.id.description).split(separator: "\n").map(String.init))
  }

  @Test func rangeEndsDefaultToHead() async throws {
    for number in 1...4 { try made.commit("\(number)", at: 1_700_000_000 + number) }
    let repository = try made.open()
    #expect(try await repository.range("HEAD~2..").map(\.subject) == ["4", "3"])
    #expect(try await repository.range("..HEAD~1").isEmpty)
  }

  @Test(arguments: ["HEAD~1...HEAD", "HEAD", "A..B..C"])
  func otherFormsAreRefused(_ expression: String) async throws {
    for number in 1...2 { try made.commit("\(number)") }
    let repository = try made.open()
    let error = await #expect(throws: GitError.self) { try await repository.range(expression) }
    #expect(error?.code == .rangeInvalid)
    #expect(error?.exitStatus == .usage)
  }

  @Test func aShallowHistoryEndsWhereItWasCut() async throws {
    for number in 1...8 {
      try made.write("file", "\(number)")
      try made.commit("\(number)", at: 1_700_000_000 + number)
    }
    let first = try made.git("rev-parse", "HEAD~7")
    try made.git("clone", "-q", "--depth", "3", "file://\(made.path)", "../shallow")
    let shallow = ScratchRepository(path: scratch.path.appending("shallow"))
    let repository = try shallow.open()
    #expect(await repository.isShallow)
    let head = try await repository.resolve("HEAD")
    #expect(try await repository.commits(from: head, limit: 100).map(\.subject) == ["8", "7", "6"])
    #expect(try await repository.range("HEAD~2..HEAD").map(\.subject) == ["8", "7"])
    #expect(try await repository.resolve("HEAD~2").parents.isEmpty)
    #expect(try await repository.resolve(":/6").subject == "6")
    #expect(try await repository.isAncestor(repository.resolve("HEAD~2").id, of: head.id))
    #expect(try await repository.materialise(head, into: scratch.slot).written == 1)
    for missing in ["HEAD~3", first] {
      let error = await #expect(throws: GitError.self) { try await repository.resolve(missing) }
      #expect(error?.code == .revisionUnknown)
      #expect(error?.message.contains("shallow") == true)
      #expect(error?.remedy?.contains("git fetch --unshallow") == true)
    }
    try shallow.git("fetch", "-q", "--unshallow")
    #expect(await !repository.isShallow)
    #expect(try await repository.commits(from: head, limit: 100).count == 8)
    #expect(try await repository.resolve("HEAD~3").subject == "5")
  }

  @Test func filesAndTreeIdentitiesComeFromTheRevision() async throws {
    try made.write("quench.yml", "service: one\n")
    try made.write("Sources/a.swift", "a")
    try made.write("run.sh", "#!/bin/sh\n", executable: true)
    try made.link("link", to: "quench.yml")
    try made.commit("first")
    try made.write("quench.yml", "service: two\n")
    try made.commit("second")
    let repository = try made.open()
    let (first, second) = try await (repository.resolve("HEAD~1"), repository.resolve("HEAD"))
    #expect(try await repository.file(at: "quench.yml", in: first) == Data("service: one\n".utf8))
    #expect(try await repository.file(at: "./quench.yml", in: second) == Data("service: two\n".utf8))
    #expect(try await repository.file(at: "Sources/a.swift", in: second) == Data("a".utf8))
    #expect(try await repository.file(at: "missing/quench.yml", in: second) == nil)
    #expect(try await repository.file(at: "quench.yml/x", in: second) == nil)
    for notAFile in ["Sources", "link"] {
      let error = await #expect(throws: GitError.self) { try await repository.file(at: notAFile, in: second) }
      #expect(error?.code == .pathNotFile)
    }

    let paths = ["run.sh", "Sources/", "Sources"]
    let identity = try await repository.treeID(in: second, paths: paths)
    let expected = try [
      "040000 \(made.git("rev-parse", "HEAD:Sources")) Sources",
      "100755 \(made.git("rev-parse", "HEAD:run.sh")) run.sh",
    ]
    #expect(identity == expected.joined(separator: "\n"))
    #expect(try await repository.treeID(in: first, paths: paths) == identity)
    #expect(try await repository.treeID(in: first, paths: ["."]) == "040000 \(first.tree) .")
    for path in ["none", "Sources/none", "quench.yml/x", "link", "link/x"] {
      let error = await #expect(throws: GitError.self) {
        try await repository.treeID(in: second, paths: ["run.sh", path])
      }
      #expect(error?.code == .pathUnknown && error?.message.contains(path) == true)
    }
    #expect(
      try await repository.treeID(in: first, paths: ["quench.yml"])
        != repository.treeID(in: second, paths: ["quench.yml"]))
  }

  /// Random commits with merges, some with clocks that ran backwards; in the order they were made.
  private func history(of count: Int, _ generator: inout SeededGenerator) throws -> [String] {
    var stream = ""
    for mark in 1...count {
      let time = 1_700_000_000 + mark * 10 - Int.random(in: 0...15, using: &generator)
      stream += "commit refs/heads/b\(mark)\nmark :\(mark)\ncommitter G <g@example.org> \(time) +0000\n"
      stream += "data 2\nc\n"
      if mark > 1 {
        let parents = Set(
          (0..<Int.random(in: 1...2, using: &generator)).map { _ in
            Int.random(in: max(1, mark - 6)..<mark, using: &generator)
          }
        ).sorted(by: >)
        stream += "from :\(parents[0])\n" + parents.dropFirst().map { "merge :\($0)\n" }.joined()
      }
      stream += "M 100644 inline f\ndata \("\(mark)".utf8.count)\n\(mark)\n"
    }
    try made.git("fast-import", "--quiet", input: stream)
    return try made.git.run(["rev-parse"] + (1...count).map { "b\($0)" }).split(separator: "\n").map(String.init)
  }
}
