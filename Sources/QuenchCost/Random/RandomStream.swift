#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Random numbers whose whole sequence follows from a seed and the stream's number.
///
/// Each thing that is left to chance draws from a stream of its own, so that two scenarios with one seed see the same
/// arrivals and failures, and differ in nothing but what was changed. The generator is SplitMix64 (Steele, Lea and
/// Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
struct RandomStream: RandomNumberGenerator, Hashable, Sendable {
  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15
  private var state: UInt64

  init(seed: UInt64, stream: Int) {
    state = Self.mixed(seed &+ Self.mixed(UInt64(truncatingIfNeeded: stream) &* Self.step &+ Self.step))
  }

  mutating func next() -> UInt64 {
    state &+= Self.step
    return Self.mixed(state)
  }

  /// A number above 0 and up to 1, so that its logarithm is one.
  mutating func unit() -> Double { Double((next() >> 11) + 1) * 0x1p-53 }

  /// A number from 0 up to below `count`, which is no larger than 2^32.
  ///
  /// Lemire's multiplication without its rejection: the bias is below 2^−32.
  mutating func index(below count: Int) -> Int { Int(((next() >> 32) &* UInt64(count)) >> 32) }

  /// A number of the standard normal distribution (Box and Muller 1958).
  mutating func normal() -> Double {
    let radius = (-2 * log(unit())).squareRoot()
    return radius * cos(2 * Double.pi * unit())
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
