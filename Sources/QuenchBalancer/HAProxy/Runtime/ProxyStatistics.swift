/// What HAProxy's `show stat` says: a row for each frontend, server and backend.
///
/// Source: HAProxy Management Guide, 9.1 "CSV format".
struct ProxyStatistics: Sendable {
  /// One row, its fields by name.
  struct Row: Sendable {
    let proxy: String
    let name: String
    private let fields: [Substring]
    private let columns: [Substring: Int]

    fileprivate init?(_ fields: [Substring], _ columns: [Substring: Int]) {
      guard fields.count == columns.count, let proxy = columns["pxname"], let name = columns["svname"] else {
        return nil
      }
      self.proxy = String(fields[proxy])
      self.name = String(fields[name])
      self.fields = fields
      self.columns = columns
    }

    subscript(_ column: Substring) -> String { columns[column].map { String(fields[$0]) } ?? "" }

    func number(_ column: Substring) -> Int { columns[column].flatMap { Int(fields[$0]) } ?? 0 }
  }

  let frontends: [Row]
  let backends: [Row]
  let servers: [Row]

  /// Reads the whole text.
  ///
  /// - Throws: `BalancerError` with code `protocol-unknown` when it is not what it has to be.
  init(_ text: String) throws(BalancerError) {
    var lines = text.split(separator: "\n")
    guard !lines.isEmpty, lines[0].hasPrefix("# pxname,svname,") else {
      throw BalancerError(.protocolUnknown, "HAProxy's statistics have another form: \(text.prefix(80))")
    }
    let names = lines.removeFirst().dropFirst(2).split(separator: ",", omittingEmptySubsequences: false)
    var columns: [Substring: Int] = [:]
    for (index, name) in names.enumerated() where columns[name] == nil { columns[name] = index }
    // The last one has no name: each line ends with a comma.
    guard columns.count == names.count else {
      throw BalancerError(.protocolUnknown, "HAProxy's statistics name a column twice")
    }
    var frontends: [Row] = [], backends: [Row] = [], servers: [Row] = []
    for line in lines {
      guard let fields = Self.fields(line), let row = Row(fields, columns) else {
        throw BalancerError(.protocolUnknown, "HAProxy's statistics have a line of another form: \(line.prefix(80))")
      }
      switch row.name {
      case "FRONTEND": frontends.append(row)
      case "BACKEND": backends.append(row)
      default: servers.append(row)
      }
    }
    self.frontends = frontends
    self.backends = backends
    self.servers = servers
  }

  /// The fields of one line; those in quotes may hold commas, and quotes twice.
  static func fields(_ line: Substring) -> [Substring]? {
    guard line.utf8.contains(UInt8(ascii: "\"")) else {
      return line.split(separator: ",", omittingEmptySubsequences: false)
    }
    var fields: [Substring] = []
    var rest = line
    while true {
      if rest.first == "\"" {
        var value = "", isClosed = false
        rest.removeFirst()
        while let character = rest.popFirst() {
          if character != "\"" {
            value.append(character)
          } else if rest.first == "\"" {
            value.append(rest.removeFirst())
          } else {
            isClosed = true
            break
          }
        }
        guard isClosed, rest.first == nil || rest.first == "," else { return nil }
        fields.append(Substring(value))
      } else {
        let end = rest.firstIndex(of: ",") ?? rest.endIndex
        fields.append(rest[..<end])
        rest = rest[end...]
      }
      guard rest.popFirst() != nil else { return fields }
    }
  }
}
