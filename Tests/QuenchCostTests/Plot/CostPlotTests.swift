import Foundation
import Testing

@testable import QuenchCost

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct CostPlotTests {
  @Test func everyCandidateIsAPointAndOneIsMarked() throws {
    let plan = try Plan(PlanTests.shop())
    let svg = CostPlot(plan, currency: "EUR").svg
    let document = try SVGDocument(svg)
    let choice = try #require(plan.choice)
    #expect(document.elements.first == "svg")
    // One title for the picture and one for each point; the legend has points without.
    #expect(document.count(of: "title") == 1 + plan.candidates.count)
    #expect(document.classes.count { $0 == "point best" } == plan.frontier.count + 1)
    #expect(document.classes.count { $0 == "chosen" } == 2)
    #expect(document.text.contains("chosen: \(choice.label)"))
    #expect(document.text.contains("target 99.99 %"))
    #expect(document.text.contains("cost (EUR a day)"))
    #expect(document.text.contains("unavailability as a share (logarithmic"))
    #expect(svg == CostPlot(plan, currency: "EUR").svg)
  }

  @Test func itStandsByItself() throws {
    let svg = CostPlot(try Plan(PlanTests.shop())).svg
    #expect(!svg.contains("<script"))
    #expect(!svg.contains("href"))
    #expect(!svg.contains("url("))
    #expect(!svg.contains("@import"))
    #expect(svg.components(separatedBy: "http").count == 2, "only the name space")
    #expect(svg.contains("@media (prefers-color-scheme: dark)"))
    #expect(svg.contains("role=\"img\""))
    #expect(svg.contains("aria-labelledby=\"cost-plot-title cost-plot-desc\""))
    #expect(svg.contains("<desc id=\"cost-plot-desc\">"))
  }

  @Test func everythingStandsInsideThePicture() throws {
    let document = try SVGDocument(CostPlot(try Plan(PlanTests.shop())).svg)
    #expect(document.places.count > 50)
    for place in document.places { #expect((0...760).contains(place), "\(place)") }
  }

  @Test func hostileTextsStayTexts() throws {
    let hostile = "</title><script>alert('x')</script> \"&amp; \u{0}\u{8}\u{FFFF} →🧪"
    var plot = CostPlot(try Plan(PlanTests.shop()), title: hostile, currency: "<b>&\"'")
    plot.id = "1\" onload=\"alert(1) ü"
    let document = try SVGDocument(plot.svg)
    #expect(!document.elements.contains("script"))
    #expect(!document.elements.contains("b"))
    #expect(document.text.contains("</title><script>alert('x')</script> \"&amp; \u{FFFD}\u{FFFD}\u{FFFD} →🧪"))
    #expect(document.text.contains("cost (<b>&\"' a day)"))
    #expect(document.ids.contains("plot1onloadalert1"))
    #expect(MarkupText.identifier("") == "plot")
  }

  @Test func withoutAChoiceThatIsSaid() throws {
    var requirements = try PlanTests.shop()
    requirements.targetAvailability = 1 - 1e-15
    let plot = CostPlot(try Plan(requirements))
    let document = try SVGDocument(plot.svg)
    #expect(document.text.contains("no candidate meets the target"))
    #expect(!document.classes.contains("chosen"))
    #expect(plot.description.contains("No candidate meets the target. The most available:"))
    (requirements.modes, requirements.mostHot) = ([.hotHot], 0)
    let empty = CostPlot(try Plan(requirements))
    #expect(empty.plan.candidates.isEmpty)
    #expect(try SVGDocument(empty.svg).count(of: "title") == 1)
  }

  @Test func axesHaveRoundMarks() {
    #expect(CostAxis(upTo: 19.3).marks == [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20])
    #expect(CostAxis(upTo: 4).marks == [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4])
    #expect(CostAxis(upTo: 0.07).places == 2)
    #expect(CostAxis(upTo: 0).end == 1)
    for power in -6...9 {
      for digit in 1...99 {
        let cost = Double(digit) / 10 * (0..<abs(power)).reduce(1.0) { value, _ in power < 0 ? value / 10 : value * 10 }
        let axis = CostAxis(upTo: cost)
        #expect((4...11).contains(axis.marks.count - 1) && axis.end >= cost * (1 - 1e-9), "\(cost): \(axis.marks)")
      }
    }
    let nines = NinesAxis([0.5, 2e-5])
    #expect(nines.marks == [0, 1, 2, 3, 4, 5])
    #expect(isClose(nines.place(1e-3), 0.6))
    #expect(nines.place(0) == 1)
    #expect(NinesAxis([0]).marks == [11, 12])
    #expect((0...4).map(NinesAxis.text) == ["0 %", "90 %", "99 %", "99.9 %", "99.99 %"])
  }

  @Test func numbersReadAsPeopleWriteThem() {
    #expect(NumberText.fixed(3.14159, 2) == "3.14")
    #expect(NumberText.fixed(-0.004, 2) == "0.00")
    #expect(NumberText.fixed(-2.5, 1) == "−2.5")
    #expect(NumberText.fixed(7, 0) == "7")
    #expect(NumberText.fixed(.infinity, 1) == "∞")
    #expect([0, 0.5, 3.14159, 42.42, 1234.5].map(NumberText.short) == ["0", "0.500", "3.14", "42.4", "1235"])
    #expect([0.07, 7.1e-5, 1e-12].map(NumberText.short) == ["0.070", "0.000071", "under 0.000000001"])
    #expect(
      [0.5, 0.01, 1e-4, 1.94e-5, 0].map(NumberText.percent) == ["50 %", "99 %", "99.99 %", "99.9981 %", "100 %"])
  }
}

/// What a strict parser finds in an SVG document.
private struct SVGDocument {
  struct Malformed: Error { let line: Int }

  let elements: [String], classes: [String], ids: [String], text: String
  /// The horizontal places of lines, texts and circles.
  let places: [Double]

  init(_ svg: String) throws {
    let reader = Reader()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = reader
    guard parser.parse() else { throw Malformed(line: parser.lineNumber) }
    (elements, text) = (reader.elements, reader.text)
    classes = reader.attributes.compactMap { $0["class"] }
    ids = reader.attributes.compactMap { $0["id"] }
    places = reader.attributes.flatMap { all in ["x", "x1", "x2", "cx"].compactMap { all[$0].flatMap(Double.init) } }
  }

  func count(of element: String) -> Int { elements.count { $0 == element } }

  private final class Reader: NSObject, XMLParserDelegate {
    var elements: [String] = []
    var attributes: [[String: String]] = []
    var text = ""

    func parser(
      _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      elements.append(element)
      self.attributes.append(attributes)
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
  }
}
