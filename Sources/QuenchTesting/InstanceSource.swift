import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Where instances come from.
protocol InstanceSource: Sendable {
  /// At least one.
  var instances: [HotInstance] { get }

  /// Puts the data of an instance back.
  ///
  /// - Throws: `HotInstanceError` with code `resetFailed`.
  func reset(_ index: Int) async throws
}

/// Finds where this process's instances come from.
enum InstanceSources {
  /// Those that `quench verify` lends this process, else those that `quench` starts for it.
  static func find(_ environment: [String: String]) async throws -> any InstanceSource {
    if environment["QUENCH_INSTANCES"] != nil { return try LentInstances(environment) }
    return try await StartedInstances(environment)
  }
}

/// The instances that `quench verify` lends a suite, by the suite's environment.
struct LentInstances: InstanceSource {
  let instances: [HotInstance]
  private let resetURL: URL?

  init(_ environment: [String: String]) throws(HotInstanceError) {
    let addresses = try? JSONDecoder().decode([String].self, from: Data((environment["QUENCH_INSTANCES"] ?? "").utf8))
    instances = (addresses ?? []).enumerated().compactMap { index, address in
      URL(string: address).map {
        HotInstance(baseURL: $0, revision: environment["QUENCH_REVISION"] ?? "", index: index)
      }
    }
    resetURL = environment["QUENCH_RESET_URL"].flatMap { URL(string: $0) }
    guard !instances.isEmpty else {
      throw HotInstanceError(
        .noneLent, "no instance is lent to this suite: take `instances: none` out of its definition in quench.yml")
    }
  }

  func reset(_ index: Int) async throws {
    guard let resetURL, let url = URL(string: "\(resetURL.absoluteString)?instance=\(index)") else {
      throw HotInstanceError(.resetFailed, "there is no QUENCH_RESET_URL to put the data back at")
    }
    var request = URLRequest(url: url, timeoutInterval: 300)
    request.httpMethod = "POST"
    do {
      let (text, response) = try await URLSession.shared.data(for: request)
      guard (response as? HTTPURLResponse)?.statusCode == 200 else {
        throw HotInstanceError(.resetFailed, String(decoding: text, as: UTF8.self))
      }
    } catch {
      throw error as? HotInstanceError ?? HotInstanceError(.resetFailed, "the data could not be put back", cause: error)
    }
  }
}
