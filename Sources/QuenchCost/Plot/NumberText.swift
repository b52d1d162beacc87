#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Numbers as people read them.
enum NumberText {
  /// A number with so many decimal places; those of a very large one are left out.
  static func fixed(_ value: Double, _ places: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "–" : value < 0 ? "−∞" : "∞" }
    let factor = (0..<places).reduce(1.0) { product, _ in product * 10 }
    let scaled = (abs(value) * factor).rounded()
    guard scaled < 1e15 else { return "\(value)" }
    let whole = Int(scaled)
    let sign = value < 0 && whole > 0 ? "−" : ""
    guard places > 0 else { return "\(sign)\(whole)" }
    let digits = String(whole % Int(factor))
    return "\(sign)\(whole / Int(factor)).\(String(repeating: "0", count: places - digits.count))\(digits)"
  }

  /// A number with about three digits.
  static func short(_ value: Double) -> String {
    let size = abs(value)
    if size == 0 { return "0" }
    if size < 1e-9 { return "under 0.000000001" }
    if size < 0.1 { return fixed(value, min(9, Int((-log10(size)).rounded(.up)) + 1)) }
    return fixed(value, size < 1 ? 3 : size < 10 ? 2 : size < 100 ? 1 : 0)
  }

  /// An availability as a percentage, with two digits of what is missing to 100 %.
  static func percent(unavailability: Double) -> String {
    let missing = unavailability * 100
    guard missing > 0 else { return "100 %" }
    let places = missing < 10 ? min(14, Int((-log10(missing)).rounded(.up)) + 1) : 0
    var text = fixed(100 - missing, places)
    if places > 0 {
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
    }
    return "\(text) %"
  }
}
