import Foundation
import Testing

@testable import QuenchEvidence

@Suite("Suite definition digest")
struct SuiteDefinitionDigestTests {
  private let full = SuiteDefinitionContent(
    service: "orders", kind: .swiftTest, command: "./smoke.sh", package: ".", filter: "APITests", skip: "Slow",
    testsFrom: .pinned(tree: "4b825dc642cb6eb9a060e54bf8d69288fbee4904"), shards: 4,
    environment: ["LOG_LEVEL": "info", "API": "é"])

  @Test("The canonical form is as documented")
  func canonicalForm() {
    let expected = """
      quench.suite-definition/v1
      service 6
      orders
      type 10
      swift-test
      command 10
      ./smoke.sh
      package 1
      .
      filter 8
      APITests
      skip 4
      Slow
      tests-from 6
      pinned
      tests-tree 40
      4b825dc642cb6eb9a060e54bf8d69288fbee4904
      shards 1
      4
      variable 3
      API
      value 2
      é
      variable 9
      LOG_LEVEL
      value 4
      info

      """
    #expect(String(decoding: SuiteDefinitionDigest.canonicalForm(of: full), as: UTF8.self) == expected)
  }

  @Test("The digest is what sha256sum says of the canonical form")
  func digest() {
    #expect(SuiteDefinitionDigest(of: full).hex == "2f74dae29047d9eba90f7c97b8e7fc9aec5aa9b6f448050b63a0cb71d1184b6f")
    let command = SuiteDefinitionContent(service: "orders", kind: .command, command: "true")
    #expect(
      SuiteDefinitionDigest(of: command).hex == "d4f867cf722a402e2c46aba093da26f4bd2c6f83c06a7f69a61938ab5a5166d8")
    #expect("\(SuiteDefinitionDigest(of: command))" == SuiteDefinitionDigest(of: command).hex)
  }

  @Test("Every part of a definition counts")
  func everyPartCounts() {
    let changes: [(inout SuiteDefinitionContent) -> Void] = [
      { $0.service = "users" }, { $0.kind = .command }, { $0.command = nil }, { $0.command = "./smoke.sh " },
      { $0.package = "Tests" }, { $0.filter = nil }, { $0.filter = "" }, { $0.skip = "APITests" },
      { $0.testsFrom = .revision }, { $0.testsFrom = .workingTree(tree: "4b825dc642cb6eb9a060e54bf8d69288fbee4904") },
      { $0.testsFrom = .pinned(tree: "other") }, { $0.shards = 1 }, { $0.environment["API"] = nil },
      { $0.environment["API"] = "e" }, { $0.environment["MORE"] = "" }, { $0.environment = [:] },
      {
        $0.filter = "APITests\nskip 4\nSlow"; $0.skip = nil
      },
    ]
    var seen: Set<SuiteDefinitionDigest> = [SuiteDefinitionDigest(of: full)]
    for change in changes {
      var changed = full
      change(&changed)
      #expect(seen.insert(SuiteDefinitionDigest(of: changed)).inserted, "\(changed)")
    }
  }

  @Test("The order in which variables are set does not count")
  func variableOrder() {
    let names = (0..<40).map { "V\($0)" }
    var one = full
    var other = full
    for name in names { one.environment[name] = name }
    for name in names.reversed() { other.environment[name] = name }
    #expect(SuiteDefinitionDigest(of: one) == SuiteDefinitionDigest(of: other))
  }
}
