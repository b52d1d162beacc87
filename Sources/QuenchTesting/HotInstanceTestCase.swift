import XCTest

/// A test case of XCTest whose tests have an instance of the service under test to themselves.
///
///     final class RefundTests: HotInstanceTestCase {
///       override class var resetsData: Bool { true }
///
///       func testARefundIsPaidOnce() async throws {
///         let answer = try await instance.get("/orders/1")
///         XCTAssertEqual(answer.status, 200)
///       }
///     }
open class HotInstanceTestCase: XCTestCase {
  /// Whether the service's data are put back before each test; not unless a class says so.
  open class var resetsData: Bool { false }

  /// The instance of the test that runs.
  public private(set) var instance: HotInstance!

  /// Finds the instance, and puts its data back where that is asked for.
  ///
  /// Classes that override it call it first.
  open override func setUp() async throws {
    try await super.setUp()
    // XCTest runs one test after the other in a process: nobody else uses the instance.
    let source = try await InstanceLoan.ofThisProcess.source()
    if Self.resetsData { try await source.reset(0) }
    instance = source.instances[0]
  }
}
