import Foundation

/// A running copy of the service under test, which this test may use.
///
///     @Suite(.hotInstance) struct OrderTests {
///       @Test func aNewOrderIsOpen() async throws {
///         let order = try await HotInstance.current.send("POST", "/orders", json: ["product": "tea"])
///         #expect(order.status == 201)
///       }
///     }
///
/// In a suite that `quench verify` runs it is one of the instances that are lent to that suite. Elsewhere, as in an editor, the first
/// test that asks for one has an installed `quench` build and start what is in the working tree, and the end of the
/// process stops it.
public struct HotInstance: Sendable, Hashable {
  /// Where it answers: `http://127.0.0.1:PORT`.
  public let baseURL: URL
  /// The commit that it was built from; of what is in the working tree, the one that is checked out.
  public let revision: String
  /// Which of the instances it is, from 0.
  let index: Int

  @TaskLocal static var lent: HotInstance?

  /// The instance of the test that runs.
  ///
  /// - Throws: `HotInstanceError` with code `traitMissing` outside of a test that has `.hotInstance` or `.resetsData`.
  public static var current: HotInstance {
    get throws(HotInstanceError) {
      guard let lent else {
        throw HotInstanceError(
          .traitMissing, "no instance is lent to this test: give it, or its suite, the trait .hotInstance")
      }
      return lent
    }
  }
}
