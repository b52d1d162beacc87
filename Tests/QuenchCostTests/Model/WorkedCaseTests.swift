import Testing

@testable import QuenchCost

@Suite struct WorkedCaseTests {
  private func twoPlaces(_ value: Double) -> String { NumberText.fixed(value, 2) }

  @Test func itsFourFiguresAreThose() throws {
    let figures = try WorkedCase().figures
    #expect(figures.map(\.origin) == [.printed, .printedTerms, .expandedForm, .definition])
    #expect(figures.map { twoPlaces($0.value) } == ["3.43", "3.42", "4.00", "1.00"])
    #expect(figures.allSatisfy { !$0.reason.isEmpty })
  }

  /// The reasons that the figures give, as sums.
  @Test func theyDifferByWhatIsSaid() throws {
    let worked = try WorkedCase()
    for figure in worked.figures {
      #expect(worked[figure.origin] == figure.value)
      let isSum = isClose(figure.terms.reduce(0, +), figure.value)
      #expect(isSum == (figure.origin != .printed), "only the printed sum is not the sum of its terms")
    }
    #expect(twoPlaces(worked[.printed] - worked[.printedTerms]) == "0.01")
    #expect(twoPlaces(worked[.expandedForm] - worked[.printedTerms]) == "0.58")
    let terms = worked.model.expandedTerms
    let differences = zip(terms, WorkedCase.printedTerms).map { twoPlaces($0 - $1) }
    #expect(differences == ["0.49", "0.00", "0.00", "0.09", "0.00", "0.00"])
    #expect(isClose(terms[0], 2 * WorkedCase.printedTerms[0]))
    #expect(isClose(terms[3], 2 * WorkedCase.printedTerms[3]))
  }

  @Test func theRestOfItIsAsTheDefinitionsSay() throws {
    let model = try WorkedCase(switchCost: 3).model
    #expect(model.load == 1)
    #expect(model.switches == 0.5)
    #expect(model.cost == 3)
    #expect(isClose(model.requestsHot, 1.4))
    #expect(isClose(model.requestsCold, 0.6))
    #expect(isClose(model.loadByRequests, 2), "twice what the definition of the load gives")
    #expect(isClose(model.switchesTotalByRequests, 1.66))
    #expect(throws: CostError("switchCost", -1, .notNegative)) { try WorkedCase(switchCost: -1) }
  }
}
