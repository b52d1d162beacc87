#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The entropy, in bits, of an event of this probability.
func entropy(_ probability: Double) -> Double {
  let less = min(probability, 1 - probability)
  guard less > 0 else { return 0 }
  return -(less * log2(less) + (1 - less) * log2(1 - less))
}

/// One outcome's part of an entropy, in bits.
func surprise(_ probability: Double) -> Double {
  probability > 0 ? -probability * log2(probability) : 0
}
