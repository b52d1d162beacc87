/// The worked case of *Hot-Hot and Hot-Warm Redundancy Design*, section 4.3: two hot and two cold instances, p_h = 0.7,
/// p_c = 0.3, L_t = L_p = 0.5 and N = 1.
///
/// Four figures for all switches can be had of it, and no two agree.
public struct WorkedCase: Hashable, Sendable {
  /// One figure for S_total.
  public struct Figure: Hashable, Sendable {
    /// Where a figure comes from.
    public enum Origin: String, Hashable, Sendable, CaseIterable {
      /// The sum as the design prints it.
      case printed
      /// The sum of the terms that it prints.
      case printedTerms = "printed terms"
      /// Its own expanded form, with the case's numbers put in.
      case expandedForm = "expanded form"
      /// The definition of S_total.
      case definition
    }

    /// Where it comes from.
    public let origin: Origin
    /// The terms that it is the sum of, in the order of the design.
    public let terms: [Double]
    /// S_total, in the unit of the loads.
    public let value: Double
    /// Why it is not the figure before it, in a sentence.
    public let reason: String
  }

  /// The model with the case's numbers.
  public let model: RedundancyModel

  /// The terms as the design prints them.
  public static let printedTerms = [0.49, 0.42, 0.42, 0.09, 1.4, 0.6]
  /// The sum as the design prints it.
  public static let printedSum = 3.43

  /// The case, with a cost for each switch, which the design leaves open.
  ///
  /// - Throws: `CostError` when the cost is negative.
  public init(switchCost: Double = 1) throws(CostError) {
    model = try RedundancyModel(
      hotInstances: 2, coldInstances: 2, hotShare: 0.7, coldShare: 0.3, testLoad: 0.5, productionLoad: 0.5,
      requests: 1, switchCost: switchCost)
  }

  /// The four figures: from what is printed to what is defined, each with the reason why it is not the one before.
  public var figures: [Figure] {
    [
      Figure(
        origin: .printed, terms: Self.printedTerms, value: Self.printedSum,
        reason: "It is what the design prints behind its terms."),
      Figure(
        origin: .printedTerms, terms: Self.printedTerms, value: Self.printedTerms.reduce(0, +),
        reason: "The printed terms add to 3.42; the printed sum is wrong by 0.01."),
      Figure(
        origin: .expandedForm, terms: model.expandedTerms, value: model.switchesTotalExpanded,
        reason: """
          The printed terms leave out the number of instances in both squares: 0.49 and 0.09 stand for \
          2 × 0.49 and 2 × 0.09, which is 0.58 more.
          """),
      Figure(
        origin: .definition,
        terms: [
          model.switches, model.testLoad * model.hotShare, model.productionLoad * model.coldShare,
        ], value: model.switchesTotal,
        reason: """
          The expanded form does not follow from the definition: it puts M_h·p_h and M_c·p_c in the place of the \
          loads, adds two mixed terms, and so counts each instance with the share of all of them.
          """),
    ]
  }

  /// The figure of an origin.
  public subscript(origin: Figure.Origin) -> Double {
    switch origin {
    case .printed: Self.printedSum
    case .printedTerms: Self.printedTerms.reduce(0, +)
    case .expandedForm: model.switchesTotalExpanded
    case .definition: model.switchesTotal
    }
  }
}
