import QuenchDiagnostics

/// Columns of text for people, as wide as what stands in them.
struct Table {
  private let header: [String]
  private var rows: [[String]] = []

  init(_ header: String...) {
    self.header = header
  }

  init(columns: [String]) {
    header = columns
  }

  mutating func add(_ cells: String...) { rows.append(cells) }

  mutating func add(_ cells: [String]) { rows.append(cells) }

  /// The table's lines; the last column is not filled up.
  func lines(_ style: Style) -> [String] {
    let widths = header.indices.map { column in
      ([header] + rows).map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      zip(cells, widths).enumerated().map { index, cell in
        index == cells.count - 1 ? cell.0 : cell.0.padded(to: cell.1)
      }.joined(separator: "  ")
    }
    return [style.dim(line(header))] + rows.map(line)
  }
}
