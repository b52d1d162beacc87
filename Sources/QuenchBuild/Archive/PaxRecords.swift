/// The `length key=value` lines of a pax extended header.
enum PaxRecords {
  /// One record; its length counts the digits it is written with.
  static func encode(key: String, value: [UInt8]) -> [UInt8] {
    let rest = key.utf8.count + value.count + 3
    var length = rest + 1
    while String(length).utf8.count + rest > length { length = String(length).utf8.count + rest }
    return Array("\(length) \(key)=".utf8) + value + [UInt8(ascii: "\n")]
  }

  /// The records of a header's data, or nil when it is not made of records.
  static func decode(_ data: [UInt8]) -> [String: [UInt8]]? {
    var records: [String: [UInt8]] = [:]
    var rest = data[...]
    while !rest.isEmpty {
      guard let space = rest.prefix(8).firstIndex(of: UInt8(ascii: " ")),
        let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
        length > space - rest.startIndex + 2, length <= rest.count
      else { return nil }
      let record = rest[(space + 1)..<(rest.startIndex + length)]
      guard record.last == UInt8(ascii: "\n"), let equals = record.firstIndex(of: UInt8(ascii: "=")) else { return nil }
      let key = String(decoding: record[..<equals], as: UTF8.self)
      guard records.updateValue(Array(record[(equals + 1)..<(record.endIndex - 1)]), forKey: key) == nil else {
        return nil
      }
      rest = rest[(rest.startIndex + length)...]
    }
    return records
  }
}
