#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Reruns that confirm a culprit: it fails and its parents pass, in turn, so that what changes with time changes both alike.
public struct ConfirmationPlan: Hashable, Sendable {
  /// The commit to confirm.
  public let culprit: String
  /// Its parents that are in the graph.
  public let parents: [String]
  /// How often each is run.
  public let times: Int

  /// The revisions to run, in order.
  public var revisions: [String] { (0..<times).flatMap { _ in parents + [culprit] } }
}

extension Bisection {
  /// What to run to confirm a culprit of a test; each run is reported like any other, and counts for the search like it.
  ///
  /// A test that errs at rate f is run ⌈log(1 − C) ⁄ log f⌉ times on each side, C being the confidence asked for: that many errors in
  /// a row are less likely than 1 − C.
  public func confirmation(of culprit: String, for test: String) -> ConfirmationPlan {
    let search = subjects.first { $0.test == test }?.search
    let flakes = search?.assumption == .flaky ? search?.posterior?.flakes : nil
    let rate = min(0.8, max(1e-3, flakes?.falseFail ?? 0, flakes?.falsePass ?? 0))
    let allowed = max(1e-9, 1 - options.confidence)
    let times = max(1, Int((log(allowed) / log(rate)).rounded(.up)))
    return ConfirmationPlan(culprit: culprit, parents: space.graph.parents(of: culprit), times: times)
  }
}
