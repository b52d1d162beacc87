internal import Crypto

extension SHA256 {
  /// The digest of everything given so far, in hexadecimal digits, as Git LFS names contents.
  func hexadecimal() -> String {
    finalize().map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }
}
