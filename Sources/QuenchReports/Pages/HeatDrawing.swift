/// How likely each commit was to blame after each run, as rows of an SVG picture.
struct HeatDrawing {
  struct Cell { let x: String, opacity: String }

  struct Row {
    let y: Int, textY: Int, label: String
    let cells: [Cell]
  }

  private static let rowHeight = 16, margin = 110, span = 800.0

  let height: Int, width: Int
  let rows: [Row]
  /// The size of a cell.
  let cellWidth: String, cellHeight: Int

  /// - Returns: nil where no run told anything.
  init?(_ runs: [BisectionPage.Run]) {
    let known = runs.enumerated().compactMap { index, run in run.belief.map { (index, run.revision, $0) } }
    guard let columns = known.first?.2.count, columns > 0 else { return nil }
    let side = Self.span / Double(columns)
    // The last runs say most.
    rows = known.suffix(BisectionPage.mostBeliefs).enumerated().map { row, run in
      let most = run.2.max() ?? 1
      let cells = run.2.enumerated().compactMap { column, belief -> Cell? in
        // Shares of the likeliest; what is out of the question stays blank.
        let share = most > 0 ? (belief / most).squareRoot() : 0
        guard share > 0.01 else { return nil }
        return Cell(x: Self.number(Double(Self.margin) + Double(column) * side), opacity: Self.number(share))
      }
      let y = 4 + row * Self.rowHeight
      return Row(y: y, textY: y + 12, label: "\(run.0 + 1)  \(run.1.prefix(7))", cells: cells)
    }
    (cellWidth, cellHeight) = (Self.number(max(1, side - 1)), Self.rowHeight - 2)
    width = Self.margin + Int(Self.span) + 4
    height = 8 + rows.count * Self.rowHeight
  }

  private static func number(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }
}
