extension ArchiveHeader {
  /// What a header block says, before it is known to be one that Quench writes.
  struct Block {
    let type: TypeFlag
    let name: [UInt8]
    let target: [UInt8]
    let size: Int64
    let mode: Int

    /// Reads the fields that matter; nil when they cannot be read.
    init?(_ bytes: [UInt8]) {
      guard bytes.count == blockSize, let type = TypeFlag(rawValue: bytes[156]),
        let size = Self.number(bytes[124..<136]), let mode = Self.number(bytes[100..<108])
      else { return nil }
      self.type = type
      self.size = size
      self.mode = Int(mode)
      let prefix = Self.text(bytes[345..<500])
      name = prefix.isEmpty ? Self.text(bytes[0..<100]) : prefix + [UInt8(ascii: "/")] + Self.text(bytes[0..<100])
      target = Self.text(bytes[157..<257])
    }

    private static func text(_ field: ArraySlice<UInt8>) -> [UInt8] { Array(field.prefix { $0 != 0 }) }

    private static func number(_ field: ArraySlice<UInt8>) -> Int64? {
      guard field.last == 0 else { return nil }
      var number: Int64 = 0
      for digit in field.dropLast() {
        guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else { return nil }
        number = number << 3 | Int64(digit - UInt8(ascii: "0"))
      }
      return number
    }
  }

  /// The entry that a header block and the pax data before it describe.
  ///
  /// It must be the one encoding of that entry, so that nothing can be hidden in a field nobody looks at.
  ///
  /// - Throws: `Flaw` when it is not.
  static func decode(_ bytes: [UInt8], records data: [UInt8]) throws(Flaw) -> ArchiveEntry {
    guard let block = Block(bytes) else { throw Flaw("a header that cannot be read") }
    guard let records = PaxRecords.decode(data) else { throw Flaw("a pax header that cannot be read") }
    var name = records["path"] ?? block.name
    let kind: ArchiveEntry.Kind
    switch block.type {
    case .records: throw Flaw("a pax header without an entry")
    case .folder:
      guard name.popLast() == UInt8(ascii: "/") else { throw Flaw("a folder without a slash at its end") }
      kind = .folder
    case .link: kind = .link(target: records["linkpath"] ?? block.target)
    case .file:
      var size = block.size
      if let record = records["size"] {
        guard let large = Int64(String(decoding: record, as: UTF8.self)), large >= 0 else {
          throw Flaw("a size that cannot be read")
        }
        size = large
      }
      kind = .file(size: size, isExecutable: block.mode == 0o755)
    }
    let entry = ArchiveEntry(name: name, kind: kind)
    if let danger = entry.danger { throw Flaw("\(danger) (\(entry.text))") }
    let pax = data.isEmpty ? 0 : blockSize + data.count + padding(after: Int64(data.count))
    let encoded = encode(entry)
    guard encoded.count == pax + blockSize, encoded.suffix(blockSize).elementsEqual(bytes),
      data.isEmpty || encoded[blockSize..<(blockSize + data.count)].elementsEqual(data)
    else { throw Flaw("a header that Quench does not write (\(entry.text))") }
    return entry
  }

  /// What is wrong with an archive, in words that follow "it has".
  struct Flaw: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
  }
}
