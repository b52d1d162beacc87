import ArgumentParser
import Foundation
import QuenchCost
import QuenchDiagnostics
import QuenchProcesses

/// `quench cost plan`.
struct CostPlanCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Find the cheapest mode and numbers of instances for an availability.",
    discussion: """
      By closed forms: how many instances the peak needs (M/M/c), how often so many are up (k out of n), and what is \
      lost until a failure is found out. --verify holds the answer against a simulation of instances that fail and are \
      repaired, whose seed is printed.

      A balancer's own checks are health.interval apart and take health.fall of them; requests that are refused are \
      tried once more elsewhere.

      EXAMPLES
        quench cost plan --rate 200 --service-time 20ms --mtbf 720h \\
          --mttr 15s --availability 0.9999 --instance-hour 0.05
        quench cost plan --rate 50 --peak 3 --service-time 80ms --mtbf 100h \\
          --mttr 1m --availability 0.999 --instance-hour 0.05 --svg plan.svg

      EXIT STATUS
        0 there is such a plan · 1 none of the candidates is so available ·
        64 wrong usage
      """)

  static let onlyLooks = true

  @OptionGroup var global: GlobalOptions

  @Option(help: ArgumentHelp("Requests a second, on average.", valueName: "n"))
  var rate: Double

  @Option(help: ArgumentHelp("How many times the average arrive at the peak.", valueName: "factor"))
  var peak = 1.0

  @Option(
    help: ArgumentHelp("How long an instance works on a request, on average: 20ms, 1s.", valueName: "duration"),
    transform: LengthOfTime.reading)
  var serviceTime: LengthOfTime

  @Option(help: ArgumentHelp("How many requests an instance works on at a time.", valueName: "n"))
  var concurrency = 1

  @Option(
    help: ArgumentHelp("How long an instance runs until it fails, on average: 720h.", valueName: "duration"),
    transform: LengthOfTime.reading)
  var mtbf: LengthOfTime

  @Option(
    help: ArgumentHelp("How long until a failed one runs again, on average: 15s.", valueName: "duration"),
    transform: LengthOfTime.reading)
  var mttr: LengthOfTime

  @Option(
    help: ArgumentHelp("How far apart checks of health are.", valueName: "duration"), transform: LengthOfTime.reading)
  var checkInterval = LengthOfTime(.seconds(2))

  @Option(help: ArgumentHelp("The share of requests to be served, below 1: 0.9999.", valueName: "share"))
  var availability: Double

  @Option(help: ArgumentHelp("How busy instances may be at the peak, below 1.", valueName: "share"))
  var utilisation = 0.7

  @Option(help: ArgumentHelp("How many hot instances tests need.", valueName: "n"))
  var leastHot = 1

  @Option(help: ArgumentHelp("What an instance costs an hour, in any currency.", valueName: "cost"))
  var instanceHour = 0.0

  @Option(help: ArgumentHelp("What a switch costs.", valueName: "cost"))
  var switchCost = 0.0

  @Option(help: ArgumentHelp("What the plot calls the currency.", valueName: "name"))
  var currency = ""

  @Option(help: ArgumentHelp("Draw the candidates: to a file, a pipe or /dev/stdout.", valueName: "file"))
  var svg: String?

  @Flag(help: "Simulate the answer, and say how far the two are apart.")
  var verify = false

  @Option(help: ArgumentHelp("What the simulation's random numbers follow from.", valueName: "n"))
  var seed: UInt64 = 1

  func perform(_ console: Console) async throws -> ExitStatus {
    let drawing = svg.map { ResultFile($0) }
    try drawing?.check()
    let console = try console.leavingStandardOutput(to: [("--svg", svg)])
    let plan: Plan, verification: Plan.Verification?
    do {
      plan = try Plan(try requirements())
      verification =
        verify ? try plan.choice.map { candidate throws(CostError) in try plan.verify(candidate, seed: seed) } : nil
    } catch {
      throw UsageError(error, options: Self.options, command: "cost plan")
    }
    show(plan, verification, console)
    try await drawing?.write(Data(CostPlot(plan, currency: currency).svg.utf8))
    try console.document(CostPlanDocument(plan, verification, seed: seed))
    return plan.choice == nil ? .failed : .passed
  }

  private static let options = [
    "arrivalRate": "--rate", "peakFactor": "--peak", "meanService": "--service-time", "slots": "--concurrency",
    "meanTimeToFailure": "--mtbf", "meanTimeToRepair": "--mttr", "detection.interval": "--check-interval",
    "targetAvailability": "--availability", "targetUtilisation": "--utilisation", "leastHot": "--least-hot",
    "prices.instanceHour": "--instance-hour", "prices.perSwitch": "--switch-cost",
  ]

  private func requirements() throws(CostError) -> Requirements {
    Requirements(
      arrivalRate: rate, peakFactor: peak, meanService: serviceTime.duration.seconds, slots: concurrency,
      reliability: try InstanceReliability(
        meanTimeToFailure: mtbf.duration.seconds, meanTimeToRepair: mttr.duration.seconds),
      detection: Detection(interval: checkInterval.duration.seconds), targetAvailability: availability,
      targetUtilisation: utilisation, prices: Prices(instanceHour: instanceHour, perSwitch: switchCost),
      leastHot: leastHot)
  }

  private func show(_ plan: Plan, _ verification: Plan.Verification?, _ console: Console) {
    let style = console.style
    console.result(
      "the peak needs \(plan.neededInstances.counting("instance")); \(plan.candidates.count.counting("candidate"))")
    var table = Table("", "COST A DAY", "AVAILABLE", "LOST A DAY", "SWITCHES A DAY", "MODE AND INSTANCES")
    // Those next to the choice, for whoever would give or take a nine.
    let place = plan.frontier.firstIndex { $0 == plan.choice } ?? plan.frontier.count
    for candidate in plan.frontier[max(0, place - 3)..<min(plan.frontier.count, place + 4)] {
      table.add(
        candidate == plan.choice ? "→" : " ", candidate.costPerDay.figure,
        String(format: "%.6f %%", candidate.availability * 100), candidate.requestsLostPerDay.figure,
        candidate.switchesPerDay.figure, candidate.label)
    }
    for line in table.lines(style) { console.result(line) }
    if plan.choice == nil {
      console.result(style.red("none is so available") + "; with more instances, or shorter repairs, one may be")
    }
    if let verification {
      let figure = verification.unavailability
      console.result(
        String(
          format: "simulated, seed %llu: unavailable %.3g of the time, predicted %.3g (%.1f standard errors apart)",
          seed,
          figure.simulated.value, figure.predicted, figure.deviations))
    }
  }
}

/// A plan, `quench.cost-plan/v1`.
struct CostPlanDocument: Encodable {
  struct Candidate: Encodable {
    var mode: String
    var cold: Int
    var hot: Int
    var availability: Double
    var costPerDay: Double
    var requestsLostPerDay: Double
    var switchesPerDay: Double

    init(_ candidate: Plan.Candidate) {
      mode = candidate.mode.rawValue
      (cold, hot) = (candidate.cold, candidate.hot)
      availability = candidate.availability
      costPerDay = candidate.costPerDay
      requestsLostPerDay = candidate.requestsLostPerDay
      switchesPerDay = candidate.switchesPerDay
    }

    enum CodingKeys: String, CodingKey {
      case mode, cold, hot, availability
      case costPerDay = "cost_per_day"
      case requestsLostPerDay = "requests_lost_per_day"
      case switchesPerDay = "switches_per_day"
    }
  }

  /// The answer held against a simulation.
  struct Simulated: Encodable {
    var seed: UInt64
    /// The share of time without instances enough for the peak.
    var unavailability: Double
    var predicted: Double
    var standardError: Double

    enum CodingKeys: String, CodingKey {
      case seed, unavailability, predicted
      case standardError = "standard_error"
    }
  }

  var schema = "quench.cost-plan/v1"
  var neededInstances: Int
  /// The cheapest that is available enough; nil when none is.
  var choice: Candidate?
  /// Those than which none is both cheaper and more available, the cheapest first.
  var frontier: [Candidate]
  var simulated: Simulated?

  init(_ plan: Plan, _ verification: Plan.Verification?, seed: UInt64) {
    neededInstances = plan.neededInstances
    choice = plan.choice.map(Candidate.init)
    frontier = plan.frontier.map(Candidate.init)
    simulated = verification.map {
      Simulated(
        seed: seed, unavailability: $0.unavailability.simulated.value, predicted: $0.unavailability.predicted,
        standardError: $0.unavailability.simulated.standardError)
    }
  }

  enum CodingKeys: String, CodingKey {
    case schema, choice, frontier, simulated
    case neededInstances = "needed_instances"
  }
}
