import Foundation
import QuenchInstances
import QuenchState
import SystemPackage
import Testing

/// Whose data stand where, when several services share a state folder.
@Suite struct ColdFilesTests {
  private func withState(_ body: (StateDirectory) async throws -> Void) async throws {
    let temporary = try TemporaryDirectory()
    defer { temporary.remove() }
    let state = StateDirectory(root: temporary.path.appending("state"))
    try state.prepare()
    try await body(state)
  }

  @Test func theFirstServiceHasTheFolderAndOthersTheirOwn() async throws {
    try await withState { state in
      #expect(ColdFiles(of: "orders", in: state).data == state.coldData)
      try await ColdFiles.claim(for: "orders", known: [], in: state)
      try await ColdFiles.claim(for: "billing", known: ["orders"], in: state)
      let orders = ColdFiles(of: "orders", in: state), billing = ColdFiles(of: "billing", in: state)
      #expect(orders.data == state.coldData && orders.dependencies == state.coldDependencies)
      let all = [orders, billing, ColdFiles(of: "bill/ing", in: state), ColdFiles(of: "..", in: state)]
      let folders = all.flatMap { [$0.data, $0.dependencies] }
      #expect(Set(folders).count == folders.count)
      #expect(folders.allSatisfy { $0.lexicallyNormalized().removingLastComponent() == state.data }, "\(folders)")
    }
  }

  @Test func servicesThatSharedItGoOnToDoSo() async throws {
    try await withState { state in
      try await ColdFiles.claim(for: "third", known: ["orders", "billing"], in: state)
      #expect(ColdFiles(of: "orders", in: state).data == state.coldData)
      #expect(ColdFiles(of: "billing", in: state).data == state.coldData)
      #expect(ColdFiles(of: "third", in: state).data != state.coldData)
    }
  }

  @Test func ofManyThatComeAtOnceOneIsTheFirst() async throws {
    try await withState { state in
      let services = (1...8).map { "service-\($0)" }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for service in services {
          group.addTask { try await ColdFiles.claim(for: service, known: [], in: state) }
        }
        try await group.waitForAll()
      }
      #expect(services.count { ColdFiles(of: $0, in: state).data == state.coldData } == 1)
    }
  }
}
