/// The header of an entry in a tar archive: ustar (POSIX.1-1988), with pax records (POSIX.1-2001) for what it cannot say.
///
/// There is one encoding for each entry: times and owners are zero, modes are 0644, 0755 and 0777, and pax records are
/// used only where they are needed. Names stand in both as the bytes they are.
struct ArchiveHeader {
  static let blockSize = 512
  /// The longest pax data that an entry can need: a name, a target and a size.
  static let longestRecords = 3 * 4096

  /// The type flags of ustar that an artifact uses.
  enum TypeFlag: UInt8 {
    case file = 0x30
    case link = 0x32
    case folder = 0x35
    case records = 0x78
  }

  /// The bytes that stand before an entry's content.
  static func encode(_ entry: ArchiveEntry) -> [UInt8] {
    var records: [(String, [UInt8])] = []
    var name = entry.name
    var prefix: [UInt8] = []
    if entry.kind == .folder { name.append(UInt8(ascii: "/")) }
    if name.count > 100 {
      if let split = splitPoint(of: name) {
        prefix = Array(name[..<split])
        name = Array(name[(split + 1)...])
      } else {
        records.append(("path", name))
        name = Array(name.prefix(100))
      }
    }
    var target: [UInt8] = []
    if case .link(let whole) = entry.kind {
      target = whole
      if target.count > 100 {
        records.insert(("linkpath", target), at: 0)
        target = Array(target.prefix(100))
      }
    }
    var size = entry.size
    if size >= 1 << 33 {
      records.append(("size", Array(String(size).utf8)))
      size = 0
    }
    return paxHeader(records)
      + block(name: name, prefix: prefix, target: target, size: size, mode: mode(of: entry), type: type(of: entry))
  }

  private static func paxHeader(_ records: [(String, [UInt8])]) -> [UInt8] {
    guard !records.isEmpty else { return [] }
    let data = records.flatMap { PaxRecords.encode(key: $0.0, value: $0.1) }
    return paxBlock(count: data.count) + data + [UInt8](repeating: 0, count: padding(after: Int64(data.count)))
  }

  /// The header block that stands before `count` bytes of pax records.
  static func paxBlock(count: Int) -> [UInt8] {
    block(name: Array("PaxHeader".utf8), prefix: [], target: [], size: Int64(count), mode: 0o644, type: .records)
  }

  /// How many zero bytes follow content of `size` bytes.
  static func padding(after size: Int64) -> Int { Int((512 - size % 512) % 512) }

  private static func mode(of entry: ArchiveEntry) -> Int {
    switch entry.kind {
    case .folder, .file(_, isExecutable: true): 0o755
    case .file(_, isExecutable: false): 0o644
    case .link: 0o777
    }
  }

  private static func type(of entry: ArchiveEntry) -> TypeFlag {
    switch entry.kind {
    case .folder: .folder
    case .file: .file
    case .link: .link
    }
  }

  /// Where a long name is cut into prefix (155 bytes) and name (100 bytes): at the first slash that lets the rest fit.
  private static func splitPoint(of name: [UInt8]) -> Int? {
    let earliest = name.count - 101
    guard earliest <= 155 else { return nil }
    // A folder's own last slash is no place to cut: the name would be empty.
    let latest = min(155, name.count - 2)
    guard earliest <= latest else { return nil }
    return (max(1, earliest)...latest).first { name[$0] == UInt8(ascii: "/") }
  }

  private static func block(
    name: [UInt8], prefix: [UInt8], target: [UInt8], size: Int64, mode: Int, type: TypeFlag
  ) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: blockSize)
    func put(_ bytes: some Collection<UInt8>, at offset: Int) {
      block.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }
    func put(_ number: Int64, digits: Int, at offset: Int) {
      let text = String(number, radix: 8)
      put((String(repeating: "0", count: digits - text.count) + text).utf8, at: offset)
    }
    put(name, at: 0)
    put(Int64(mode), digits: 7, at: 100)
    put(0, digits: 7, at: 108)
    put(0, digits: 7, at: 116)
    put(size, digits: 11, at: 124)
    put(0, digits: 11, at: 136)
    put("        ".utf8, at: 148)
    block[156] = type.rawValue
    put(target, at: 157)
    put("ustar".utf8, at: 257)
    put("00".utf8, at: 263)
    put(0, digits: 7, at: 329)
    put(0, digits: 7, at: 337)
    put(prefix, at: 345)
    // The sum is over the block with its own field taken as spaces; then six digits, a zero byte and a space.
    put(block.reduce(0) { $0 + Int64($1) }, digits: 6, at: 148)
    block[154] = 0
    return block
  }
}
