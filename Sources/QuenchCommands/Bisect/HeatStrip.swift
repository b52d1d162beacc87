import Foundation

/// How likely each commit is to blame, from the oldest to the newest, as a row of bars.
struct HeatStrip: CustomStringConvertible {
  /// What each bar is of, together.
  let cells: [Double]

  /// - Parameters:
  ///   - probabilities: of each candidate.
  ///   - width: how many bars there are at the most; candidates share one where there are more of them.
  init(_ probabilities: [Double], width: Int) {
    let count = min(probabilities.count, max(1, width))
    var cells = [Double](repeating: 0, count: count)
    for (index, probability) in probabilities.enumerated() { cells[index * count / probabilities.count] += probability }
    self.cells = cells
  }

  var description: String {
    guard let most = cells.max(), most > 0 else { return "" }
    let bars = Array(" ▁▂▃▄▅▆▇█")
    return String(
      cells.map { cell in
        // What is out of the question is told from what is only unlikely.
        cell < 1e-9 ? bars[0] : bars[max(1, Int((cell / most * 8).rounded()))]
      })
  }
}
