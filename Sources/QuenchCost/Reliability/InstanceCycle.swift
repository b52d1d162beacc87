#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// One instance's time between two failures, on average: up and used, failed and not yet found out, repaired and not
/// yet used.
///
/// Times to failure and repair are taken as exponential and those of detection as constant, so that a repair may come
/// before the failure is found out.
struct InstanceCycle: Hashable, Sendable {
  /// Failures of the instance a second.
  let failureRate: Double
  /// The share of time in which it is up and takes requests.
  let serving: Double
  /// The share of time in which it is down and requests are sent to it.
  let blind: Double
  /// How often a second it is taken out, and how often it is put back.
  let changeRate: Double

  /// The share of time in which it is taken for healthy.
  var believed: Double { min(1, serving + blind) }
  /// The probability that it is up when it is taken for healthy.
  var upProbability: Double { believed > 0 ? min(1, serving / believed) : 0 }

  init(_ reliability: InstanceReliability, _ detection: Detection) {
    let failure = reliability.meanTimeToFailure
    let repair = reliability.meanTimeToRepair
    // That a failure lasts until it is found out, and that a repaired instance lasts until it is put back.
    let found = repair > 0 ? exp(-detection.meanDetection / repair) : 0
    let back = exp(-detection.meanReturn / failure)
    // That it is in use when it fails: the chain from one failure to the next, in use or not, at rest.
    let used = found + back > 0 ? back / (found * (1 - back) + back) : 0
    let out = used * found + 1 - used
    failureRate = 1 / reliability.cycle
    serving = failure * (1 - out * (1 - back)) / reliability.cycle
    blind = used * repair * (1 - found) / reliability.cycle
    changeRate = used * found / reliability.cycle
  }
}
