import Foundation
import Subprocess
import SystemPackage
import Testing

/// What `quench serve` answers on its socket is what its `openapi.yaml` says.
struct ControlAPITests {
  private static let canCheck: Bool = {
    let names = ["yaml", "jsonschema"].map { "/usr/lib/python3/dist-packages/\($0)" }
    return names.allSatisfy(FileManager.default.fileExists(atPath:))
  }()

  @Test(.world("turncoat"), .enabled(if: canCheck, "apt-get install python3-yaml python3-jsonschema"))
  func eachAnswerIsAsTheDocumentSays() async throws {
    let production = try await Production.begin()
    let world = production.world
    try await production.serving(endedBy: nil) { serve in
      try await production.promote(production.first)
      let socket = world.state.appending("run").appending("serve-turncoat.sock")
      let checked = try await Command(
        executable: .path(Product.fixtures.appending("converse.py")),
        arguments: [socket.string, production.second], environment: world.environment, folder: world.repository
      ).run()
      #expect(checked.status == 0, "\(checked)")
      await serve.transcript.ends()
    }
  }
}
