import Foundation
import SystemPackage
import Testing

/// What Prometheus is told.
struct MetricsTests {
  @Test(.world("turncoat"))
  func metricsAreWhatPrometheusReads() async throws {
    let production = try await Production.begin()
    let port = LoopbackPort.free()
    try await production.serving("--metrics", "127.0.0.1:\(port)") { _ in
      for revision in production.revisions { try await production.promote(revision) }
      try production.answers(production.second)
      let text = try await production.world.get("/metrics", port: .number(Double(port)))
      let samples = try PrometheusText.samples(of: text)
      let names = Set(samples.map(\.name))
      for word in ["requests", "switches", "instance", "promotion"] {
        #expect(names.contains { $0.hasPrefix("quench_") && $0.contains(word) }, "\(word): \(names)")
      }
      let answered = samples.filter { sample in
        sample.name == "quench_requests_total" && sample.labels.contains("class=\"production\"")
          && sample.labels.contains("revision=\"\(production.second)\"") && sample.labels.contains("tier=\"cold\"")
      }
      #expect(answered.map(\.value).reduce(0, +) >= 4, "\(text)")
      #expect(names.contains { $0.hasSuffix("_seconds_bucket") }, "a histogram of latency: \(names)")
      try await checkWithPromtool(text, in: production.world)
    }
  }

  private func checkWithPromtool(_ text: String, in world: World) async throws {
    guard Product.has("promtool") else { return }
    try world.write("metrics.txt", text + "\n")
    try await world.tool("sh", "-c", "promtool check metrics <metrics.txt")
  }
}

/// The lines of Prometheus' text format, read strictly.
private enum PrometheusText {
  struct Malformed: Error { let line: String }
  struct Sample { let name: String, labels: String, value: Double }

  static func samples(of text: String) throws -> [Sample] {
    var typed: Set<String> = []
    return try text.split(separator: "\n").compactMap { line in
      if let match = line.wholeMatch(of: /# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)/)
      {
        guard typed.insert(String(match.1)).inserted else { throw Malformed(line: String(line)) }
        return nil
      }
      if line.hasPrefix("# HELP ") { return nil }
      let pattern =
        /([a-zA-Z_:][a-zA-Z0-9_:]*)(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*",?)*\})? ([0-9.eE+-]+|\+Inf|NaN)/
      guard let match = line.wholeMatch(of: pattern), let value = Double(match.5.replacing("+Inf", with: "inf"))
      else { throw Malformed(line: String(line)) }
      let name = String(match.1)
      let family = name.replacing(/_(bucket|sum|count)$/, with: "")
      guard typed.contains(name) || typed.contains(family) else { throw Malformed(line: String(line)) }
      return Sample(name: name, labels: String(match.2 ?? ""), value: value)
    }
  }
}
