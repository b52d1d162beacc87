import Testing

@testable import QuenchCost

@Suite struct DistributionTests {
  static let all: [Distribution] = [
    .exponential(mean: 3), .constant(2), .uniform(from: 1, to: 5), .weibull(shape: 1.7, scale: 2),
    .weibull(shape: 0.8, scale: 2), .logNormal(median: 2, sigma: 0.5), .measured([1, 1, 2, 8]),
  ]

  @Test(arguments: all)
  func drawsHaveTheMomentsThatAreSaid(distribution: Distribution) throws {
    let seed: UInt64 = 11
    try distribution.check("time")
    var stream = RandomStream(seed: seed, stream: 0)
    let draws = (0..<20_000).map { _ in distribution.draw(&stream) }
    #expect(draws.allSatisfy { $0 >= 0 && $0.isFinite })
    expectAgreement(Estimate(meanOf: draws), distribution.mean, "mean of \(distribution)", seed: seed)
    let squares = Estimate(meanOf: draws.map { $0 * $0 })
    expectAgreement(squares, distribution.secondMoment, "second moment of \(distribution)", seed: seed)
  }

  @Test func aWeibullOfShapeOneIsExponential() {
    #expect(isClose(Distribution.weibull(shape: 1, scale: 3).mean, 3))
    #expect(isClose(Distribution.weibull(shape: 1, scale: 3).secondMoment, 18))
  }

  @Test func parametersOutOfRangeAreNamed() {
    #expect(throws: CostError("repair.mean", 0, .positive)) { try Distribution.exponential(mean: 0).check("repair") }
    #expect(throws: CostError("repair", -1, .notNegative)) { try Distribution.constant(-1).check("repair") }
    #expect(throws: CostError("repair.to − repair.from", -1, .notNegative)) {
      try Distribution.uniform(from: 2, to: 1).check("repair")
    }
    #expect(throws: CostError("repair.count", 0, .atLeastOne)) { try Distribution.measured([]).check("repair") }
    #expect(throws: CostError("repair", -3, .notNegative)) { try Distribution.measured([1, -3]).check("repair") }
    #expect(throws: CostError.self) { try Distribution.logNormal(median: 1, sigma: 100).check("repair") }
    #expect(throws: CostError.self) { try Distribution.constant(.nan).check("repair") }
  }

  @Test func streamsOfASeedDiffer() {
    var streams = (0..<50).map { RandomStream(seed: 1, stream: $0) }
    let first = Set(streams.indices.map { streams[$0].next() })
    #expect(first.count == 50)
    var again = RandomStream(seed: 1, stream: 7)
    #expect(first.contains(again.next()))
    let indices = Set((0..<1000).map { _ in again.index(below: 5) })
    #expect(indices == [0, 1, 2, 3, 4])
  }
}
