import Foundation

/// Base64 as DSSE wants it read: in either alphabet (RFC 4648 §4 and §5), with or without padding.
enum Base64Text {
  /// The bytes; nil for a text of both alphabets, with padding that is not whole, or that no encoder writes.
  static func decode(_ text: String) -> Data? {
    var digits = Array(text.utf8)
    let padding = digits.reversed().prefix { $0 == UInt8(ascii: "=") }.count
    guard padding <= 2, padding == 0 || digits.count.isMultiple(of: 4) else { return nil }
    digits.removeLast(padding)
    var isStandard = false, isForURLs = false
    for index in digits.indices {
      switch digits[index] {
      case UInt8(ascii: "+"), UInt8(ascii: "/"): isStandard = true
      case UInt8(ascii: "-"): (digits[index], isForURLs) = (UInt8(ascii: "+"), true)
      case UInt8(ascii: "_"): (digits[index], isForURLs) = (UInt8(ascii: "/"), true)
      default: break
      }
    }
    guard !(isStandard && isForURLs), digits.count % 4 != 1 else { return nil }
    digits.append(contentsOf: repeatElement(UInt8(ascii: "="), count: (4 - digits.count % 4) % 4))
    let whole = Data(digits)
    guard let bytes = Data(base64Encoded: whole), bytes.base64EncodedData() == whole else { return nil }
    return bytes
  }
}
