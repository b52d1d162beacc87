import Foundation
import SystemPackage
import Testing

/// What commands write with `--format json`, and every `quench.yml`, is as the schemas in `fixtures/schemas` say.
@Suite(.enabled(if: SchemaCheck.isPossible, "apt-get install python3-yaml python3-jsonschema"))
struct SchemaTests {
  /// Names in the sources that no command writes, and where else the form is written down.
  private static let inner = [
    "attestation": "the annotations of a signed verdict: fixtures/evidence/schemas/test-result.json",
    "balancer-control": "what one version of Quench says to its own balancer",
    "balancer-status": "what one version of Quench hears from its own balancer",
    "haproxy": "a file of one version of Quench for itself",
    "promotion-event": "what quench serve answers from afar: Sources/QuenchControl/openapi.yaml",
    "routing-table": "what one version of Quench says to its own balancer",
  ]

  /// What scripts rely on: these keys are always there.
  private static let agreed = [
    "verdict": [
      "schema", "revision", "tree", "result", "build", "build.key", "build.digest", "build.cached", "suites",
      "suites[].name", "suites[].result", "suites[].passed", "suites[].failed", "suites[].skipped",
      "suites[].known_issues", "suites[].duration_seconds", "suites[].tests", "suites[].tests[].id",
      "suites[].tests[].framework", "suites[].tests[].result", "suites[].tests[].duration_seconds",
      "suites[].tests[].message", "suites[].tests[].file", "suites[].tests[].line", "instances", "instances[].id",
      "instances[].port", "instances[].revision", "rolled_back_to", "timings.checkout_seconds",
      "timings.build_seconds", "timings.deploy_seconds", "timings.suites_seconds", "timings.rollback_seconds",
      "timings.total_seconds", "attestation",
    ],
    "verdicts": ["schema", "verdicts", "verdicts[].result"],
    "bisection": [
      "schema", "found", "culprits[].revision", "culprits[].subject", "culprits[].author", "culprits[].confidence",
      "culprits[].tests", "candidates[].revision", "candidates[].probability", "runs", "builds", "skipped",
      "flake.false_fail", "flake.false_pass", "elapsed_seconds", "resumed", "confirmations", "assumption",
    ],
    "decision": [
      "schema", "revision", "digest", "allowed", "reasons[].rule", "reasons[].ok", "reasons[].detail", "reasons[].next",
    ],
    "error": ["schema", "code", "message", "remedy"],
    "promotion": [
      "schema", "id", "from", "to", "digest", "result", "reasons[].rule", "reasons[].ok", "reasons[].detail",
      "reasons[].next", "steps[].name", "steps[].started", "steps[].seconds", "failed_requests", "total_requests",
    ],
    "status": [
      "schema", "mode", "sets.hot.revision", "sets.cold.revision", "sets.hot.instances[].id",
      "sets.cold.instances[].state", "sets.cold.instances[].health", "sets.cold.instances[].revision",
      "sets.cold.instances[].port", "sets.cold.instances[].pid", "sets.cold.instances[].since", "balancer.engine",
      "balancer.listeners[].class", "balancer.listeners[].address", "balancer.switches", "balancer.requests",
      "balancer.failed", "promotion",
    ],
  ]

  @Test func namesInTheSourcesAndSchemasAreTheSame() throws {
    let named = try SchemaFiles.named(), described = try SchemaFiles.described()
    for (name, files) in named where Self.inner[name] == nil {
      #expect(described.contains(name), "fixtures/schemas/\(name).v1.schema.json is missing; \(files.sorted())")
    }
    for name in described { #expect(named[name] != nil, "nothing writes quench.\(name)/v1") }
    for name in Self.inner.keys {
      #expect(named[name] != nil && !described.contains(name), "\(name) is no exception any more")
    }
  }

  @Test func agreedKeysAreAlwaysThere() throws {
    for (name, paths) in Self.agreed {
      let schema = try SchemaFiles.schema("\(name).v1")
      for path in paths { #expect(schema.place(path).isRequired, "quench.\(name)/v1: \(path)") }
      #expect(!schema.place("nothing").isRequired)
    }
  }

  /// Where the words of the sources stand in schemas.
  private static let words: [(enumeration: String, file: String, places: [String])] = [
    ("Outcome", "QuenchSuites/Outcome.swift", ["verdict.v1 result", "report.v1 result"]),
    ("Framework", "QuenchSuites/TestResult.swift", ["verdict.v1 suites[].tests[].framework"]),
    ("Result", "QuenchSuites/TestResult.swift", ["verdict.v1 suites[].tests[].result"]),
    ("Kind", "QuenchEvidence/Verdict/Hindrance.swift", ["verdict.v1 hindrance"]),
    ("Kind", "QuenchEvidence/Definitions/SuiteDefinitionContent.swift", ["verdict.v1 #suiteDescription.type"]),
    (
      "Assumption", "QuenchBisect/Search/Standing.swift",
      ["bisection.v1 assumption", "bisection.v1 tests[].assumption"]
    ),
    ("PromotionState", "QuenchLedger/Promotions/PromotionState.swift", ["promotion.v1 state"]),
    ("PromotionResult", "QuenchLedger/Promotions/PromotionState.swift", ["promotion.v1 result"]),
    ("Kind", "QuenchLedger/Promotions/PromotionRecord.swift", ["promotion.v1 kind"]),
    ("Kind", "QuenchManagers/Hotpoint/HotMove.swift", ["hot.v1 move"]),
    ("TrafficClass", "QuenchBalancer/Routing/Listener.swift", ["status.v1 balancer.listeners[].class"]),
    ("AccessScope", "QuenchLedger/Access/AccessToken.swift", ["token.v1 can[]", "tokens.v1 tokens[].can[]"]),
    ("Finding", "QuenchCommands/Doctor/DoctorCommand.swift", ["doctor.v1 checks[].finding"]),
    ("RedundancyMode", "QuenchCost/Scenario/RedundancyMode.swift", ["cost-plan.v1 choice.mode"]),
    ("Origin", "QuenchCost/Model/WorkedCase.swift", ["cost.v1 worked_case[].origin"]),
    (
      "Engine", "QuenchConfiguration/Sections/BalancerConfiguration.swift",
      ["quench-yml balancer.engine", "status.v1 balancer.engine"]
    ),
    (
      "Mode", "QuenchConfiguration/Sections/BalancerConfiguration.swift",
      ["quench-yml balancer.mode", "status.v1 mode"]
    ),
    ("TrafficProtocol", "QuenchConfiguration/Sections/BalancerConfiguration.swift", ["quench-yml balancer.protocol"]),
    (
      "BuildMode", "QuenchConfiguration/Sections/ServiceConfiguration.swift",
      ["quench-yml service.build-mode", "quench-yml gate.build-mode", "verdict.v1 build.mode"]
    ),
    ("StopSignal", "QuenchConfiguration/Sections/StopConfiguration.swift", ["quench-yml service.stop.signal"]),
    ("Fallback", "QuenchConfiguration/Sections/HotConfiguration.swift", ["quench-yml hot.fallback"]),
    ("Scope", "QuenchConfiguration/Sections/DependencyConfiguration.swift", ["quench-yml #dependency.scope"]),
  ]

  @Test func wordsAreThoseOfTheSources() throws {
    for (enumeration, file, places) in Self.words {
      let words = try SchemaFiles.words(of: enumeration, in: file)
      #expect(words.count > 1, "\(file) has no \(enumeration)")
      for place in places.map({ $0.split(separator: " ").map(String.init) }) {
        let known = try SchemaFiles.schema(place[0]).place(place[1]).schema["enum"].array.compactMap(\.string)
        #expect(Set(known) == words, "\(place.joined(separator: " "))")
      }
    }
  }

  @Test func recordedDocumentsAreAsTheySay() async throws {
    let check = SchemaCheck()
    let names = try FileManager.default.contentsOfDirectory(atPath: Product.fixtures.appending("json").string)
    for name in names.sorted() where name.hasSuffix(".json") {
      let text = try SchemaFiles.text("fixtures/json/\(name)")
      check.add(name, try #require(try JSONValue(document: text)["schema"].string), text)
    }
    let passed = try SchemaFiles.text("fixtures/json/verdict-passed.json")
    for (text, other) in [
      ("\"tree\"", "\"three\""), ("\"result\" : \"PASSED\"", "\"result\" : \"PASED\""),
      ("quench.verdict/v1", "quench.verdict/v2"),
      ("\"port\" : 40001", "\"port\" : \"40001\""), ("2026-09-21T14:13:20Z", "2026-09-21 14:13"), ("\"b2b2", "\"b2"),
      ("\"xctest\"", "\"junit\""), ("\"file\" : null,", ""),
    ] {
      try #require(passed.contains(text), "\(text)")
      check.add("\(other) in place of \(text)", "quench.verdict/v1", passed.replacing(text, with: other), holds: false)
    }
    try await check.conclude()
  }
}
