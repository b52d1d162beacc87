import QuenchDiagnostics

/// Commits as a graph, with what runs showed of each and how likely it is to blame, in the units of an SVG picture.
struct CommitDrawing {
  struct Node {
    let x: Int, y: Int, tone: String, mark: String, text: String
    let textX: Int, textY: Int, barX: Int, barY: Int
    let bar: Int?
  }

  private static let rowHeight = 24, laneWidth = 18, barWidth = 60

  let width: Int, height: Int
  /// Paths, as of the attribute `d` (SVG 2, §9.3).
  let edges: [String]
  let nodes: [Node]

  init(_ commits: [BisectionPage.Commit]) {
    let lanes = CommitLanes(commits.map { ($0.id, $0.parents) })
    func x(_ lane: Int) -> Int { 12 + lane * Self.laneWidth }
    func y(_ row: Int) -> Int { 16 + row * Self.rowHeight }
    let barX = x(max(1, lanes.width)) + 4, textX = barX + Self.barWidth + 12
    nodes = zip(commits, lanes.lanes).enumerated().map { row, pair in
      let (commit, lane) = pair
      let bar = Int((commit.probability * Double(Self.barWidth)).rounded())
      let share = commit.probability > 0.005 ? "  \(Int((commit.probability * 100).rounded())) %" : ""
      return Node(
        x: x(lane), y: y(row), tone: commit.state.tone.rawValue, mark: commit.state.tone.mark,
        text: "\(commit.id.prefix(7)) \(Excerpt.line(commit.subject).cut(to: 72))\(share)", textX: textX,
        textY: y(row) + 5, barX: barX, barY: y(row) - 6, bar: bar > 0 ? bar : nil)
    }
    edges = lanes.edges.map { edge in
      let from = (x: x(lanes.lanes[edge.child]), y: y(edge.child)),
        to = (x: x(lanes.lanes[edge.parent]), y: y(edge.parent))
      let way = x(edge.lane), bend = Self.rowHeight
      // Out of the child's lane in the row below it, and into the parent's in the row above that.
      var path = "M\(from.x) \(from.y)"
      if way != from.x {
        path += " C\(from.x) \(from.y + bend / 2) \(way) \(from.y + bend / 2) \(way) \(from.y + bend)"
      }
      if way != to.x {
        let start = max(to.y - bend, way == from.x ? from.y : from.y + bend)
        path += " L\(way) \(start) C\(way) \(start + bend / 2) \(to.x) \(to.y - bend / 2) \(to.x) \(to.y)"
      } else {
        path += " L\(to.x) \(to.y)"
      }
      return path
    }
    width = textX + 90 * 8
    height = y(max(0, commits.count - 1)) + 16
  }
}
