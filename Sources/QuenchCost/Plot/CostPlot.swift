/// A plan's candidates as a picture: what each costs a day against how unavailable it is, with the frontier and the
/// choice.
public struct CostPlot: Hashable, Sendable {
  /// What is shown.
  public let plan: Plan
  /// What the picture is called.
  public var title: String
  /// The currency of the costs, as `EUR`; empty where there is none.
  public var currency: String
  /// What the picture's ids and classes begin with, for pages with several; letters, digits and hyphens of it are used.
  public var id: String

  /// Makes a picture of a plan.
  public init(
    _ plan: Plan, title: String = "Cost and availability", currency: String = "", id: String = "cost-plot"
  ) {
    self.plan = plan
    self.title = title
    self.currency = currency
    self.id = id
  }

  /// The picture as an SVG document (SVG 2): by itself, without scripts, light or dark as the reader has it.
  public var svg: String {
    let name = MarkupText.identifier(id)
    let drawing = CostDrawing(plan, unit: currency.isEmpty ? "a day" : "\(currency) a day")
    return """
      <svg xmlns="http://www.w3.org/2000/svg" id="\(name)" class="\(name)" role="img" \
      viewBox="0 0 \(CostDrawing.width) \(CostDrawing.height)" \
      aria-labelledby="\(name)-title \(name)-desc">
      <title id="\(name)-title">\(MarkupText.escaped(title))</title>
      <desc id="\(name)-desc">\(MarkupText.escaped(description))</desc>
      \(style(name))
      <rect class="ground" width="\(CostDrawing.width)" height="\(CostDrawing.height)"/>
      <text class="name" x="\(CostDrawing.left)" y="26">\(MarkupText.escaped(title))</text>
      \(drawing.elements.joined(separator: "\n"))
      </svg>

      """
  }

  /// The picture in words.
  public var description: String {
    let target = NumberText.percent(unavailability: 1 - plan.requirements.targetAvailability)
    var sentences = [
      """
      \(plan.candidates.count) candidates by cost a day and unavailability, which is on a logarithmic scale. \
      The target is an availability of \(target); the peak needs \(plan.neededInstances) of the instances.
      """
    ]
    if let choice = plan.choice {
      sentences.append("Chosen: \(words(choice)).")
    } else {
      sentences.append("No candidate meets the target.")
    }
    let place = plan.frontier.firstIndex { $0 == plan.choice }
    if let place, place > 0 { sentences.append("Next cheaper on the frontier: \(words(plan.frontier[place - 1])).") }
    if let next = plan.frontier.dropFirst((place ?? -1) + 1).first, place != nil {
      sentences.append("Next dearer on the frontier: \(words(next)).")
    }
    if place == nil, let best = plan.frontier.last { sentences.append("The most available: \(words(best)).") }
    return sentences.joined(separator: " ")
  }

  private func words(_ candidate: Plan.Candidate) -> String {
    let cost = NumberText.short(candidate.costPerDay)
    return """
      \(candidate.label), \(currency.isEmpty ? cost : "\(cost) \(currency)") a day, \
      \(NumberText.percent(unavailability: candidate.unavailability)) available
      """
  }

  /// The rules, with their colours apart: readers that know no media queries still see the light ones.
  private func style(_ name: String) -> String {
    func rules(_ all: [(String, String)]) -> String {
      all.map { ".\(name) \($0) { \($1) }" }.joined(separator: "\n")
    }
    return """
      <style>
      .\(name) { max-width: \(CostDrawing.width)px; height: auto; }
      \(rules([
        ("text", "font: 13px system-ui, sans-serif;"), ("text.name", "font-size: 16px; font-weight: 600;"),
        ("text.soft, .\(name) text.aim", "font-size: 12px;"), ("text.choice", "font-weight: 600;"),
        (".point, .\(name) .frontier, .\(name) .chosen", "fill: none;"), (".point", "stroke-width: 1.2;"),
        (".frontier, .\(name) .target", "stroke-width: 1.5;"), (".target", "stroke-dasharray: 6 4;"),
        (".chosen", "stroke-width: 3;"),
      ]))
      \(rules(Self.light.rules))
      @media (prefers-color-scheme: dark) {
      \(rules(Self.dark.rules))
      }
      </style>
      """
  }

  private static let light = Colours(
    ground: "#fbfaf8", ink: "#1d1b18", soft: "#5d5952", line: "#d9d5cd", point: "#7a756d", best: "#1d5f8a",
    chosen: "#c2410c", target: "#1a6b3c")
  private static let dark = Colours(
    ground: "#161412", ink: "#ece8e1", soft: "#aaa398", line: "#3a352f", point: "#8d867b", best: "#7ab8e0",
    chosen: "#fb923c", target: "#6cc88f")

  private struct Colours {
    let ground: String, ink: String, soft: String, line: String, point: String, best: String, chosen: String,
      target: String

    /// Selectors and what they set.
    var rules: [(String, String)] {
      [
        (".ground", "fill: \(ground);"), ("text", "fill: \(ink);"), ("text.soft", "fill: \(soft);"),
        (".grid", "stroke: \(line);"), (".point", "stroke: \(point);"), (".best", "fill: \(best); stroke: \(best);"),
        (".frontier", "stroke: \(best);"), (".target", "stroke: \(target);"), ("text.aim", "fill: \(target);"),
        (".chosen", "stroke: \(chosen);"), ("text.choice", "fill: \(chosen);"),
      ]
    }
  }
}

extension Plan.Candidate {
  /// What it is, in words: its mode and its instances.
  public var label: String { hot == 0 ? "\(cold) cold" : "\(mode.rawValue), \(cold) cold and \(hot) hot" }
}
