import Foundation
import Testing

@testable import QuenchTesting

/// Where instances come from: the environment of a suite, else an installed `quench`.
struct InstanceSourceTests {
  @Test func lentInstancesAreThoseOfTheEnvironment() async throws {
    let source = try await InstanceSources.find([
      "QUENCH_INSTANCES": #"["http://127.0.0.1:1001","http://127.0.0.1:1002"]"#, "QUENCH_REVISION": "abc",
    ])
    #expect(source.instances.map(\.baseURL.absoluteString) == ["http://127.0.0.1:1001", "http://127.0.0.1:1002"])
    #expect(source.instances.allSatisfy { $0.revision == "abc" })
    await #expect(throws: HotInstanceError.self, "there is no QUENCH_RESET_URL") { try await source.reset(0) }
  }

  @Test(arguments: ["[]", "", "nonsense"])
  func suiteWithoutInstancesIsTold(text: String) async throws {
    let error = await #expect(throws: HotInstanceError.self) {
      _ = try await InstanceSources.find(["QUENCH_INSTANCES": text])
    }
    #expect(error?.code == .noneLent && error?.message.contains("instances: none") == true)
  }

  @Test func withoutQuenchItIsToldHowToGetIt() async throws {
    let error = await #expect(throws: HotInstanceError.self) {
      _ = try await InstanceSources.find(["PATH": "/nowhere"])
    }
    #expect(error?.code == .quenchMissing && error?.message.contains("quench verify") == true)
  }
}
