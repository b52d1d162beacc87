import Testing

@testable import QuenchCommands

@Suite("Heat strip")
struct HeatStripTests {
  @Test("Bars are as high as commits are likely, next to the likeliest")
  func bars() {
    #expect(HeatStrip([0.25, 0.25, 0.25, 0.25], width: 40).description == "████")
    #expect(HeatStrip([0, 0.5, 0.25, 0.25], width: 40).description == " █▄▄")
    #expect(HeatStrip([1e-6, 1 - 1e-6], width: 40).description == "▁█", "unlikely is not impossible")
  }

  @Test("Commits share bars where there are more of them")
  func sharing() {
    #expect(HeatStrip([0, 0, 0.5, 0.5], width: 2).description == " █")
    let many = HeatStrip([Double](repeating: 0.001, count: 1000), width: 60).description
    #expect(many.count == 60 && many.allSatisfy { $0 == "█" || $0 == "▇" })
    #expect(HeatStrip([1], width: 0).description == "█")
    #expect(HeatStrip([], width: 40).description.isEmpty)
  }
}
