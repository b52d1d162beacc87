import ArgumentParser
import Foundation
import QuenchCost
import QuenchDiagnostics

/// `quench cost`: the model of the redundancy design, as it is written there.
struct CostModelCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Work out load, switches and their cost by the redundancy design's model.",
    discussion: """
      L = L_t + L_p is the whole load, S = L_t·p_h + L_p·p_c the balancer's switches, S_total = S + L_t·p_h + L_p·p_c all \
      of them, C = S_total·C_s their cost, N_t = M_h·p_h·N and N_c = M_c·p_c·N the requests that reach hot and cold \
      instances. The design also has an expanded form of S_total, which does not follow from the definition; \
      --worked-case says by how much, and why its own example has four figures for one quantity.

      EXIT STATUS
        0 worked out · 64 wrong usage
      """)

  static let onlyLooks = true

  @OptionGroup var global: GlobalOptions

  @Option(help: ArgumentHelp("M_h: hot instances.", valueName: "n"))
  var hotInstances: Int?

  @Option(help: ArgumentHelp("M_c: cold instances.", valueName: "n"))
  var coldInstances: Int?

  @Option(help: ArgumentHelp("p_h: the share of requests that reaches hot instances, 0 to 1.", valueName: "share"))
  var hotShare: Double?

  @Option(help: ArgumentHelp("p_c: the share of requests that reaches cold instances, 0 to 1.", valueName: "share"))
  var coldShare: Double?

  @Option(help: ArgumentHelp("L_t: the load of tests, as a part of a whole.", valueName: "load"))
  var testLoad: Double?

  @Option(help: ArgumentHelp("L_p: the load of production, as a part of the same whole.", valueName: "load"))
  var productionLoad: Double?

  @Option(help: ArgumentHelp("N: requests.", valueName: "n"))
  var requests = 1.0

  @Option(help: ArgumentHelp("C_s: what one switch costs, in any currency.", valueName: "cost"))
  var switchCost = 1.0

  @Flag(help: "Take the design's worked case, and say why it has four figures for all switches.")
  var workedCase = false

  private var given: [Any?] { [hotInstances, coldInstances, hotShare, coldShare, testLoad, productionLoad] }

  func validate() throws {
    if workedCase {
      guard given.allSatisfy({ $0 == nil }) else { throw ValidationError("--worked-case has numbers of its own.") }
    } else if given.contains(where: { $0 == nil }) {
      throw ValidationError(
        "Give --hot-instances, --cold-instances, --hot-share, --cold-share, --test-load and --production-load, or "
          + "--worked-case.")
    }
  }

  func perform(_ console: Console) async throws -> ExitStatus {
    let worked = workedCase ? try reading { () throws(CostError) in try WorkedCase(switchCost: switchCost) } : nil
    let model =
      if let worked { worked.model } else {
        try reading { () throws(CostError) in
          try RedundancyModel(
            hotInstances: hotInstances ?? 0, coldInstances: coldInstances ?? 0, hotShare: hotShare ?? 0,
            coldShare: coldShare ?? 0, testLoad: testLoad ?? 0, productionLoad: productionLoad ?? 0,
            requests: requests, switchCost: switchCost)
        }
      }
    show(model, worked, console)
    try console.document(CostDocument(model, worked))
    return .passed
  }

  private func reading<Value>(_ make: () throws(CostError) -> Value) throws(UsageError) -> Value {
    do {
      return try make()
    } catch {
      throw UsageError(
        error,
        options: [
          "hotInstances": "--hot-instances", "coldInstances": "--cold-instances", "hotShare": "--hot-share",
          "coldShare": "--cold-share", "testLoad": "--test-load", "productionLoad": "--production-load",
          "requests": "--requests", "switchCost": "--switch-cost",
        ], command: "cost")
    }
  }

  private func show(_ model: RedundancyModel, _ worked: WorkedCase?, _ console: Console) {
    var table = Table("QUANTITY", "VALUE", "WHAT IT IS")
    for (name, value, words) in [
      ("L", model.load, "the whole load"), ("S", model.switches, "the balancer's switches, per unit of load"),
      ("S_total", model.switchesTotal, "all switches, by the definition"),
      ("S_total, expanded", model.switchesTotalExpanded, "all switches, by the design's expanded form"),
      ("C", model.cost, "what all switches cost, by the definition"),
      ("N_t", model.requestsHot, "requests that reach hot instances"),
      ("N_c", model.requestsCold, "requests that reach cold instances"),
    ] {
      table.add(name, value.figure, words)
    }
    for line in table.lines(console.style) { console.result(line) }
    guard let worked else { return }
    console.result("")
    for figure in worked.figures {
      let terms = figure.terms.map(\.figure).joined(separator: " + ")
      console.result("\(console.style.bold(figure.value.figure))  \(figure.origin.rawValue): \(terms)")
      console.result("      \(figure.reason)")
    }
  }
}

extension Double {
  /// A figure for people: two digits behind the point, more where it is small.
  var figure: String {
    abs(self) >= 0.01 || self == 0 ? String(format: "%.2f", self) : String(format: "%.3g", self)
  }
}

/// What the model makes of its inputs, `quench.cost/v1`.
struct CostDocument: Encodable {
  /// One of the figures of the worked case.
  struct Figure: Encodable {
    var origin: String
    var value: Double
    var terms: [Double]
    var reason: String
  }

  var schema = "quench.cost/v1"
  var load: Double
  var switches: Double
  var switchesTotal: Double
  var switchesTotalExpanded: Double
  var cost: Double
  var requestsHot: Double
  var requestsCold: Double
  /// The figures of the worked case; nil for another.
  var workedCase: [Figure]?

  init(_ model: RedundancyModel, _ worked: WorkedCase?) {
    load = model.load
    switches = model.switches
    switchesTotal = model.switchesTotal
    switchesTotalExpanded = model.switchesTotalExpanded
    cost = model.cost
    requestsHot = model.requestsHot
    requestsCold = model.requestsCold
    workedCase = worked?.figures.map {
      Figure(origin: $0.origin.rawValue, value: $0.value, terms: $0.terms, reason: $0.reason)
    }
  }

  enum CodingKeys: String, CodingKey {
    case schema, load, switches, cost
    case switchesTotal = "switches_total"
    case switchesTotalExpanded = "switches_total_expanded"
    case requestsHot = "requests_hot"
    case requestsCold = "requests_cold"
    case workedCase = "worked_case"
  }
}
