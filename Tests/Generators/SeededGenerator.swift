/// A generator whose whole sequence follows from its seed (SplitMix64, Steele, Lea and Flood 2014).
public struct SeededGenerator: RandomNumberGenerator {
  /// The characters that texts are made of.
  public var alphabet = Array("abcXYZ019 /\\\"'\n\t.:-_{}[]é→🧪\u{7f}")
  private var state: UInt64

  /// Begins the sequence of a seed.
  public init(seed: UInt64) {
    state = seed
  }

  /// The next number of the sequence.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A short text of the alphabet's characters.
  public mutating func text() -> String {
    String((0..<Int.random(in: 0...12, using: &self)).compactMap { _ in alphabet.randomElement(using: &self) })
  }

  /// A value, or none, as often.
  public mutating func maybe<Value>(_ make: (inout SeededGenerator) -> Value) -> Value? {
    Bool.random(using: &self) ? make(&self) : nil
  }

  /// At most so many values.
  public mutating func list<Value>(_ most: Int, _ make: (inout SeededGenerator) -> Value) -> [Value] {
    (0..<Int.random(in: 0...most, using: &self)).map { _ in make(&self) }
  }

  /// A text's bytes with a few of them changed, taken out or put in, or some at its end missing.
  public mutating func damaged(_ text: String) -> [UInt8] {
    var bytes = Array(text.utf8)
    for _ in 0..<Int.random(in: 0...3, using: &self) where !bytes.isEmpty {
      let index = Int.random(in: 0..<bytes.count, using: &self)
      switch Int.random(in: 0...3, using: &self) {
      case 0: bytes[index] = UInt8.random(in: 0...255, using: &self)
      case 1: bytes.remove(at: index)
      case 2: bytes.insert([0, 9, 10, 13, 32, 48, 58, 127, 200].randomElement(using: &self) ?? 0, at: index)
      default: if Bool.random(using: &self) { bytes.removeLast(bytes.count - index) }
      }
    }
    return bytes
  }

  /// A length of time.
  public mutating func seconds() -> Double { Double.random(in: 0...5000, using: &self) }
}
