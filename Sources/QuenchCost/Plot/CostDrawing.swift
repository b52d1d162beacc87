/// Where everything of a cost plot is, as SVG elements.
struct CostDrawing {
  static let width = 760
  static let height = 470
  static let left = 84.0
  private static let right = 712.0
  private static let top = 66.0
  private static let bottom = 370.0

  private let plan: Plan
  private let unit: String
  private let costs: CostAxis
  private let nines: NinesAxis

  init(_ plan: Plan, unit: String) {
    self.plan = plan
    self.unit = unit
    costs = CostAxis(upTo: plan.candidates.map(\.costPerDay).max() ?? 1)
    nines = NinesAxis(plan.candidates.map(\.unavailability) + [1 - plan.requirements.targetAvailability])
  }

  /// All elements, those in front last.
  var elements: [String] { grid + target + frontier + points + choice + legend }

  private func x(_ unavailability: Double) -> Double {
    Self.left + (Self.right - Self.left) * nines.place(unavailability)
  }

  private func y(_ cost: Double) -> Double { Self.bottom - (Self.bottom - Self.top) * cost / costs.end }

  private func number(_ value: Double) -> String {
    NumberText.fixed(value, 1).replacing("−", with: "-")
  }

  private func text(_ text: String, _ x: Double, _ y: Double, _ anchor: String, _ style: String = "") -> String {
    """
    <text\(style.isEmpty ? "" : " class=\"\(style)\"") x="\(number(x))" y="\(number(y))" \
    text-anchor="\(anchor)">\(MarkupText.escaped(text))</text>
    """
  }

  private func line(_ fromX: Double, _ fromY: Double, _ toX: Double, _ toY: Double, _ style: String) -> String {
    """
    <line class="\(style)" x1="\(number(fromX))" y1="\(number(fromY))" x2="\(number(toX))" y2="\(number(toY))"/>
    """
  }

  private var grid: [String] {
    var elements: [String] = []
    for mark in costs.marks {
      elements.append(line(Self.left, y(mark), Self.right, y(mark), "grid"))
      elements.append(text(NumberText.fixed(mark, costs.places), Self.left - 8, y(mark) + 4, "end", "soft"))
    }
    let width = (Self.right - Self.left) / Double(max(1, nines.marks.count - 1))
    // Long percentages need room: every second mark is labelled then.
    let longest = nines.marks.map { NinesAxis.text($0).count }.max() ?? 0
    let every = width < 7.5 * Double(longest) ? 2 : 1
    for (index, mark) in nines.marks.enumerated() {
      let x = Self.left + Double(index) * width
      elements.append(line(x, Self.top, x, Self.bottom, "grid"))
      if index % every == 0 {
        elements.append(text(NinesAxis.text(mark), x, Self.bottom + 18, "middle", "soft"))
        elements.append(text(mark == 0 ? "1" : "10\(superscript(-mark))", x, Self.bottom + 34, "middle", "soft"))
      }
    }
    elements.append(
      text(
        "availability, and unavailability as a share (logarithmic; each step to the right is one nine)",
        (Self.left + Self.right) / 2, Self.bottom + 56, "middle"))
    let middle = (Self.top + Self.bottom) / 2
    elements.append(
      """
      <text x="20" y="\(number(middle))" text-anchor="middle" transform="rotate(-90 20 \(number(middle)))">\
      \(MarkupText.escaped("cost (\(unit))"))</text>
      """)
    return elements
  }

  private func superscript(_ value: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return (value < 0 ? "⁻" : "") + String("\(abs(value))".compactMap { $0.wholeNumberValue.map { digits[$0] } })
  }

  private var target: [String] {
    let share = 1 - plan.requirements.targetAvailability
    let isLeft = nines.place(share) < 0.5
    return [
      line(x(share), Self.top, x(share), Self.bottom, "target"),
      text(
        "target \(NumberText.percent(unavailability: share))", x(share) + (isLeft ? 6 : -6), Self.top + 14,
        isLeft ? "start" : "end", "aim"),
    ]
  }

  private var frontier: [String] {
    guard let first = plan.frontier.first else { return [] }
    var path = "M\(number(x(first.unavailability))) \(number(y(first.costPerDay)))"
    for candidate in plan.frontier.dropFirst() {
      path += " V\(number(y(candidate.costPerDay))) H\(number(x(candidate.unavailability)))"
    }
    return ["<path class=\"frontier\" d=\"\(path)\"/>"]
  }

  private var points: [String] {
    let best = Set(plan.frontier)
    // Those of the frontier in front.
    let sorted = plan.candidates.filter { !best.contains($0) } + plan.frontier
    return sorted.map { candidate in
      let about = """
        \(candidate.label): \(NumberText.short(candidate.costPerDay)) \(unit), \
        \(NumberText.percent(unavailability: candidate.unavailability)) available, \
        \(NumberText.short(candidate.requestsLostPerDay)) requests lost a day, \
        \(NumberText.short(candidate.switchesPerDay)) switches a day
        """
      return """
        <path class="point\(best.contains(candidate) ? " best" : "")" \
        d="\(mark(candidate.mode, x(candidate.unavailability), y(candidate.costPerDay)))">\
        <title>\(MarkupText.escaped(about))</title></path>
        """
    }
  }

  /// The outline that stands for a mode.
  private func mark(_ mode: RedundancyMode, _ x: Double, _ y: Double) -> String {
    let at = "M\(number(x))"
    return switch mode {
    case .hotWarm: "M\(number(x - 4)) \(number(y)) a4 4 0 1 0 8 0 a4 4 0 1 0 -8 0 Z"
    case .hotWarmSpill: "\(at) \(number(y - 5)) l5 9 h-10 Z"
    case .hotWarmLast: "M\(number(x - 4)) \(number(y - 4)) h8 v8 h-8 Z"
    case .hotHot: "\(at) \(number(y - 5)) l5 5 l-5 5 l-5 -5 Z"
    }
  }

  private var choice: [String] {
    guard let choice = plan.choice else {
      return [text("no candidate meets the target", Self.left, 48, "start", "choice")]
    }
    let here = "cx=\"\(number(x(choice.unavailability)))\" cy=\"\(number(y(choice.costPerDay)))\""
    return [
      "<circle class=\"chosen\" \(here) r=\"9\"/>",
      "<circle class=\"chosen\" cx=\"\(number(Self.left + 6))\" cy=\"44\" r=\"5\"/>",
      text("chosen: \(choice.label)", Self.left + 20, 48, "start", "choice"),
    ]
  }

  private var legend: [String] {
    var x = Self.left
    let y = Self.bottom + 82
    var elements: [String] = []
    for mode in RedundancyMode.allCases where plan.requirements.modes.contains(mode) {
      elements.append("<path class=\"point\" d=\"\(mark(mode, x + 5, y - 4))\"/>")
      elements.append(text(mode.rawValue, x + 16, y, "start", "soft"))
      x += 36 + 6.4 * Double(mode.rawValue.count)
    }
    elements.append("<path class=\"point best\" d=\"\(mark(.hotWarm, x + 5, y - 4))\"/>")
    elements.append(text("filled: on the frontier", x + 16, y, "start", "soft"))
    return elements
  }
}
