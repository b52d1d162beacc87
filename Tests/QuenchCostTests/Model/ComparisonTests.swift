import Generators
import Testing

@testable import QuenchCost

@Suite struct ComparisonTests {
  @Test(arguments: UInt64(1)...30)
  func countsTakeThePlaceOfGuesses(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    func count(_ most: Int) -> Int { Int.random(in: 0...most, using: &generator) }
    let counts = try TrafficCounts(
      hotInstances: count(4), coldInstances: count(4), testsOnHot: count(1000), testsOnCold: count(1000),
      productionOnHot: count(1000), productionOnCold: 1 + count(1000), switches: count(20), switchCost: 2)
    let model = try counts.model()
    #expect(isClose(model.hotShare + model.coldShare, 1))
    #expect(isClose(model.load, 1), "the classes are all there is")
    let comparison = try Comparison(of: counts)
    for figure in comparison.figures {
      #expect(figure.error == figure.predicted - figure.measured)
      #expect((figure.relativeError == nil) == (figure.measured == 0 && figure.predicted != 0))
    }
    // Each instance counts with the share of all, so that the prediction is as many times too high as there are
    // instances.
    let hot = try #require(comparison["requests to hot instances"])
    #expect(isClose(hot.predicted, Double(counts.hotInstances) * hot.measured), "seed \(seed)")
  }

  @Test func errorsAreRelativeToWhatWasMeasured() {
    let comparison = Comparison([
      .init("wait", unit: "s", predicted: 1.5, measured: 2), .init("lost", unit: "a day", predicted: 4, measured: 1),
      .init("switches", unit: "a day", predicted: 0, measured: 0),
    ])
    #expect(comparison.figures.map(\.relativeError) == [-0.25, 3, 0])
    #expect(comparison.worst?.name == "lost")
    let withoutMeasure = Comparison.Figure("cost", unit: "EUR", predicted: 1, measured: 0)
    #expect(withoutMeasure.relativeError == nil)
    #expect(Comparison(comparison.figures + [withoutMeasure]).worst?.name == "cost")
    #expect(comparison["nothing"] == nil)
  }

  @Test func withoutRequestsThereIsNothingToPredict() throws {
    let counts = try TrafficCounts(
      hotInstances: 2, coldInstances: 2, testsOnHot: 0, testsOnCold: 0, productionOnHot: 0, productionOnCold: 0,
      switches: 1)
    #expect(throws: CostError("requests", 0, .positive)) { try Comparison(of: counts) }
    #expect(throws: CostError("switches", -1, .notNegative)) {
      try TrafficCounts(
        hotInstances: 0, coldInstances: 0, testsOnHot: 0, testsOnCold: 0, productionOnHot: 0, productionOnCold: 0,
        switches: -1)
    }
  }
}
