/// What the words of a `Connection` field say.
struct ConnectionWords {
  private(set) var closes = false
  private(set) var keepsAlive = false
  private(set) var upgrades = false
  /// Whether it names fields that are for the next hop alone.
  private(set) var namesFields = false

  @inline(__always) init(_ value: UnsafeRawBufferPointer) {
    var closes = false, keepsAlive = false, upgrades = false, namesFields = false
    HeaderBytes.forEachWord(in: value) { word in
      if HeaderBytes.isEqual(word, "close") {
        closes = true
      } else if HeaderBytes.isEqual(word, "keep-alive") {
        keepsAlive = true
      } else if HeaderBytes.isEqual(word, "upgrade") {
        upgrades = true
      } else if !HeaderBytes.isEqual(word, "te") {
        namesFields = true
      }
    }
    self.closes = closes
    self.keepsAlive = keepsAlive
    self.upgrades = upgrades
    self.namesFields = namesFields
  }

  /// Whether a field is named by a `Connection` field of its head; those that frame the message never are.
  static func name(_ field: HeadField, among fields: [HeadField], _ bytes: UnsafeRawBufferPointer) -> Bool {
    switch field.kind {
    case .host, .contentLength, .transferEncoding, .connection: return false
    default: break
    }
    let name = bytes.part(field.name)
    var isNamed = false
    for other in fields where other.kind == .connection {
      HeaderBytes.forEachWord(in: bytes.part(other.value)) { word in
        if word.count == name.count, zip(word, name).allSatisfy({ $0 | 32 == $1 | 32 }) { isNamed = true }
      }
    }
    return isNamed
  }
}
