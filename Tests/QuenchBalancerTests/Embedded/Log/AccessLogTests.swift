import Foundation
import SystemPackage
import Testing

@testable import QuenchBalancer

/// The access log's files.
@Suite struct AccessLogTests {
  private func withFolder(_ body: (FilePath) async throws -> Void) async throws {
    let folder = FilePath(FileManager.default.temporaryDirectory.path).appending("quench-log-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder.string) }
    try await body(folder)
  }

  private func line(_ number: Int) -> AccessLine {
    AccessLine(
      Exchange.LogEntry(method: "GET", path: "/\(number)", requestID: "\(number)"), trafficClass: .production,
      tier: "cold", backend: nil, status: 200, bytes: number, seconds: 0.001, isSecure: false)
  }

  private func numbers(in path: FilePath) throws -> [Int] {
    try String(contentsOfFile: path.string, encoding: .utf8).split(separator: "\n").map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return object?["bytes"] as? Int ?? -1
    }
  }

  @Test func aLargeFileTakesThePlaceOfTheOneBefore() async throws {
    try await withFolder { folder in
      let path = folder.appending("access.log"), log = try AccessLog(path: path, longest: 4096)
      for number in 0..<200 {
        log.write(line(number))
        log.finish()
      }
      let earlier = folder.appending("access.log.1")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.string).sorted() == ["access.log", "access.log.1"])
      for file in [path, earlier] {
        let size = try #require(try FileManager.default.attributesOfItem(atPath: file.string)[.size] as? Int)
        #expect(size <= 4096)
      }
      let kept = try numbers(in: earlier) + numbers(in: path)
      #expect(kept.count > 20 && kept == Array((200 - kept.count)..<200), "the last lines, none of them cut")
    }
  }

  @Test func theTableSwitchesItOffAndOn() async throws {
    try await withFolder { folder in
      let path = folder.appending("access.log"), service = try await TestService("cold-1")
      let balancer = try await EmbeddedBalancer(accessLog: path)
      let bench = Bench(balancer: balancer, capabilities: .all)
      try await balancer.apply(Bench.table(cold: [service]) { $0.logsAccess = false })
      #expect(try await RawClient(bench.port()).get("/unseen").body == "cold-1")
      try await balancer.apply(Bench.table(2, cold: [service]))
      #expect(try await RawClient(bench.port()).get("/seen").body == "cold-1")
      try await balancer.stop()
      let text = try String(contentsOfFile: path.string, encoding: .utf8)
      #expect(text.contains("/seen") && !text.contains("/unseen"))
    }
  }
}
