import Generators
import Testing

@testable import QuenchCost

@Suite struct FigureTests {
  @Test(arguments: UInt64(1)...10)
  func quantilesAreWithinOnePercent(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var stream = RandomStream(seed: seed, stream: 0)
    let distribution = Distribution.logNormal(median: Double.random(in: 1e-4...100, using: &generator), sigma: 1.5)
    var times = (0..<2000).map { _ in distribution.draw(&stream) }
    var histogram = Histogram()
    for time in times { histogram.add(time) }
    times.sort()
    for share in [0.5, 0.9, 0.99] {
      let exact = times[Int(share * 2000) - 1]
      #expect(isClose(try #require(histogram.quantile(share)), exact, within: 0.01), "seed \(seed), \(share)")
    }
  }

  @Test func zerosAndExtremesHaveTheirPlace() {
    var histogram = Histogram()
    #expect(histogram.quantile(0.5) == nil)
    for time in [0, 0, 0, 1e-12, 1e9] { histogram.add(time) }
    #expect(histogram.quantile(0.5) == 0)
    #expect((histogram.quantile(1) ?? 0) >= 1e6)
    #expect(histogram.count == 5)
  }

  /// The standard error of a mean is that of its values over the root of their number.
  @Test func theStandardErrorOfAMean() {
    let estimate = Estimate(meanOf: [1, 2, 3, 4])
    #expect(estimate.value == 2.5)
    #expect(isClose(estimate.standardError, (5.0 / 3 / 4).squareRoot()))
    #expect(isClose(estimate.deviations(from: 2.5 + 2 * estimate.standardError), 2))
    #expect(estimate.scaled(by: 2) == Estimate(5, standardError: 2 * estimate.standardError))
    #expect(estimate.complement == Estimate(-1.5, standardError: estimate.standardError))
    #expect(Estimate(1, standardError: 0).deviations(from: 2) == .infinity)
    #expect(Estimate(1, standardError: 0).deviations(from: 1) == 0)
  }

  @Test func aRatioOfSumsIsNotTheMeanOfRatios() throws {
    let estimate = try #require(Estimate(ratio: [(upper: 1, lower: 1), (upper: 0, lower: 3)]))
    #expect(estimate.value == 0.25)
    #expect(isClose(estimate.standardError, (2 * 0.75 * 0.75 / 2).squareRoot() / 2))
    #expect(Estimate(ratio: [(upper: 1, lower: 0)]) == nil)
    let same = try #require(Estimate(ratio: [(upper: 2, lower: 4), (upper: 1, lower: 2)]))
    #expect(same == Estimate(0.5, standardError: 0))
  }

  /// Of many estimates of a known mean, about as many are within two standard errors as should be.
  @Test func standardErrorsAreNeitherTooSmallNorTooLarge() {
    var stream = RandomStream(seed: 5, stream: 0)
    let within = (0..<400).count { _ in
      let estimate = Estimate(meanOf: (0..<30).map { _ in 10 + stream.normal() })
      return estimate.deviations(from: 10) <= 2
    }
    // Student's t with 29 degrees of freedom: 94.5 %, give or take three standard errors of 400 trials.
    #expect((364...392).contains(within), "\(within) of 400")
  }
}
