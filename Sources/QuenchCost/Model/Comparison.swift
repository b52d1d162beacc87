/// What was predicted beside what was measured.
public struct Comparison: Hashable, Sendable {
  /// One figure, predicted and measured.
  public struct Figure: Hashable, Sendable {
    /// What it is.
    public let name: String
    /// The unit of both values.
    public let unit: String
    /// What was predicted.
    public let predicted: Double
    /// What was measured.
    public let measured: Double

    /// Puts two values side by side.
    public init(_ name: String, unit: String, predicted: Double, measured: Double) {
      self.name = name
      self.unit = unit
      self.predicted = predicted
      self.measured = measured
    }

    /// By how much the prediction is more than what was measured, in the figure's unit.
    public var error: Double { predicted - measured }

    /// The error as a part of what was measured; nil where nothing was measured and something predicted.
    public var relativeError: Double? {
      if error == 0 { return 0 }
      return measured == 0 ? nil : error / abs(measured)
    }
  }

  /// The figures.
  public let figures: [Figure]

  /// Puts figures together.
  public init(_ figures: [Figure]) { self.figures = figures }

  /// The redundancy model's figures beside what was counted.
  ///
  /// - Throws: `CostError` when there were no requests to predict anything of.
  public init(of counts: TrafficCounts) throws(CostError) {
    self.init(predicted: try counts.model(), counts)
  }

  /// Any redundancy model's figures beside what was counted.
  ///
  /// Requests are compared as parts of all requests, and switches and their cost for each request, so that a model for
  /// one request and counts of a month can be held together.
  public init(predicted model: RedundancyModel, _ counts: TrafficCounts) {
    let all = max(1, Double(counts.requests))
    let switches = Double(counts.switches) / all
    figures = [
      Figure(
        "requests to hot instances", unit: "of all requests", predicted: model.requestsHot / model.requests,
        measured: Double(counts.onHot) / all),
      Figure(
        "requests to cold instances", unit: "of all requests", predicted: model.requestsCold / model.requests,
        measured: Double(counts.onCold) / all),
      Figure("load", unit: "of all requests", predicted: model.load, measured: Double(counts.requests) / all),
      Figure("switches", unit: "per request", predicted: model.switchesTotal, measured: switches),
      Figure(
        "switches, expanded", unit: "per request", predicted: model.switchesTotalExpanded, measured: switches),
      Figure(
        "cost of switches", unit: "per request", predicted: model.cost, measured: switches * counts.switchCost),
    ]
  }

  /// The figure of a name.
  public subscript(name: String) -> Figure? { figures.first { $0.name == name } }

  /// The figure that is furthest off, one without a relative error before all others.
  public var worst: Figure? {
    figures.max { abs($0.relativeError ?? .infinity) < abs($1.relativeError ?? .infinity) }
  }
}
