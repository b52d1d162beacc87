import Generators
import Testing

@testable import QuenchCost

@Suite struct RedundancyModelTests {
  private func model(_ generator: inout SeededGenerator) throws -> RedundancyModel {
    try RedundancyModel(
      hotInstances: Int.random(in: 0...9, using: &generator), coldInstances: Int.random(in: 0...9, using: &generator),
      hotShare: Double.random(in: 0...1, using: &generator), coldShare: Double.random(in: 0...1, using: &generator),
      testLoad: Double.random(in: 0...100, using: &generator),
      productionLoad: Double.random(in: 0...100, using: &generator),
      requests: Double.random(in: 0.1...1e6, using: &generator),
      switchCost: Double.random(in: 0...10, using: &generator))
  }

  @Test(arguments: UInt64(1)...50)
  func nothingIsNegativeAndTheDefinitionsHold(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let model = try model(&generator)
    let all = [
      model.load, model.switches, model.switchesTotal, model.cost, model.requestsHot, model.requestsCold,
      model.loadByRequests, model.switchesTotalByRequests, model.switchesTotalExpanded, model.costExpanded,
    ]
    #expect(all.allSatisfy { $0 >= 0 && $0.isFinite }, "seed \(seed)")
    #expect(model.load == model.testLoad + model.productionLoad)
    #expect(model.switches == model.testLoad * model.hotShare + model.productionLoad * model.coldShare)
    #expect(isClose(model.switchesTotal, 2 * model.switches), "seed \(seed)")
    #expect(model.cost == model.switchesTotal * model.switchCost)
    #expect(model.requestsHot == Double(model.hotInstances) * model.hotShare * model.requests)
    #expect(model.requestsCold == Double(model.coldInstances) * model.coldShare * model.requests)
  }

  /// (M_h·p_h + M_c·p_c)·(p_h + p_c)/N + M_h·p_h + M_c·p_c is the same, in another way.
  @Test(arguments: UInt64(1)...50)
  func theExpandedFormIsTheSumOfItsTerms(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let model = try model(&generator)
    #expect(model.expandedTerms.count == 6)
    #expect(model.switchesTotalExpanded == model.expandedTerms.reduce(0, +))
    let reached = Double(model.hotInstances) * model.hotShare + Double(model.coldInstances) * model.coldShare
    let factored = reached * (model.hotShare + model.coldShare) / model.requests + reached
    #expect(isClose(model.switchesTotalExpanded, factored), "seed \(seed)")
    #expect(isClose(model.loadByRequests, reached), "seed \(seed)")
  }

  @Test(arguments: UInt64(1)...20)
  func moreOfAnythingIsNeverLess(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let less = try model(&generator)
    let more = try RedundancyModel(
      hotInstances: less.hotInstances + 1, coldInstances: less.coldInstances + 1, hotShare: less.hotShare,
      coldShare: less.coldShare, testLoad: less.testLoad * 2, productionLoad: less.productionLoad * 2,
      requests: less.requests, switchCost: less.switchCost)
    #expect(more.load >= less.load)
    #expect(more.switchesTotal >= less.switchesTotal)
    #expect(more.cost >= less.cost)
    #expect(more.requestsHot >= less.requestsHot)
    #expect(more.switchesTotalExpanded >= less.switchesTotalExpanded)
  }

  @Test func inputsOutOfRangeAreNamed() {
    func model(
      hot: Int = 1, cold: Int = 1, hotShare: Double = 0.5, coldShare: Double = 0.5, test: Double = 1,
      production: Double = 1,
      requests: Double = 1, cost: Double = 1
    ) throws(CostError) {
      _ = try RedundancyModel(
        hotInstances: hot, coldInstances: cold, hotShare: hotShare, coldShare: coldShare, testLoad: test,
        productionLoad: production, requests: requests, switchCost: cost)
    }
    #expect(throws: CostError("hotInstances", -1, .notNegative)) { try model(hot: -1) }
    #expect(throws: CostError("coldInstances", -2, .notNegative)) { try model(cold: -2) }
    #expect(throws: CostError("hotShare", 1.5, .share)) { try model(hotShare: 1.5) }
    #expect(throws: CostError("coldShare", -0.1, .share)) { try model(coldShare: -0.1) }
    #expect(throws: CostError("testLoad", -1, .notNegative)) { try model(test: -1) }
    #expect(throws: CostError("productionLoad", .infinity, .notNegative)) { try model(production: .infinity) }
    #expect(throws: CostError("requests", 0, .positive)) { try model(requests: 0) }
    #expect(throws: CostError("switchCost", -1, .notNegative)) { try model(cost: -1) }
    #expect(throws: CostError.self) { try model(hotShare: .nan) }
    #expect(CostError("requests", 0, .positive).description == "requests has to be more than 0; it is 0.0")
  }
}
