import ArgumentParser
import QuenchCost

/// `quench cost`.
struct CostCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cost",
    abstract: "Work out what redundancy costs, by the design's own model or by a plan.",
    discussion: """
      The model takes how many hot and cold instances there are, which share of the requests reaches them and how much \
      load tests and production are, and says how much the balancer switches. The plan takes traffic, failures and an \
      availability, and says how many instances of each kind that takes and what they cost.

      EXAMPLES
        quench cost --worked-case
        quench cost --hot-instances 2 --cold-instances 2 --hot-share 0.7 \\
          --cold-share 0.3 --test-load 0.5 --production-load 0.5 --requests 1
        quench cost plan --rate 200 --service-time 20ms --mtbf 720h \\
          --mttr 15s --availability 0.9999 --instance-hour 0.05 --svg plan.svg
      """,
    subcommands: [CostModelCommand.self, CostPlanCommand.self], defaultSubcommand: CostModelCommand.self)
}

extension UsageError {
  /// That an option's value is out of its range.
  init(_ error: CostError, options: [String: String], command: String) {
    let option = options[error.input] ?? error.input
    self.init("\(option) \(error.requirement.rawValue); it is \(error.value)", remedy: "quench help \(command)")
  }
}
