/// Hashes as text.
enum Hexadecimal {
  private static let digits = Array("0123456789abcdef".utf8)

  /// Two lowercase digits for each byte.
  static func text(of bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// `text` when it is a SHA-256 as this project writes it: sixty-four lowercase digits.
  static func sha256(_ text: String) -> String? {
    text.utf8.count == 64 && text.utf8.allSatisfy(digits.contains) ? text : nil
  }
}
