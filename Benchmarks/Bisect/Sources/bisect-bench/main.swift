import Foundation

// bisect-bench [--json FILE] [--trials N] [--seed N] [--only plan|search]
//
// Prints each figure as a ratio to what is to be reached.
func value(of option: String) -> String? {
  let arguments = CommandLine.arguments
  guard let index = arguments.firstIndex(of: option), index + 1 < arguments.count else { return nil }
  return arguments[index + 1]
}

let seed = value(of: "--seed").flatMap { UInt64($0) } ?? 20_260_401
let trials = value(of: "--trials").flatMap { Int($0) } ?? 1000
let only = value(of: "--only")
var rows: [Row] = []
if only != "search" {
  rows += try Planning.rows(seed: seed)
  if let row = try GitPeer.row(seed: seed) { rows.append(row) }
}
if only != "plan" {
  var simulations = Simulations(trials: trials, seed: seed)
  rows += try simulations.rows()
}
if let file = value(of: "--json") {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
  try encoder.encode(rows).write(to: URL(fileURLWithPath: file))
} else {
  print("seed \(seed), \(trials) trials each")
  for row in rows {
    let name = row.name.padding(toLength: 36, withPad: " ", startingAt: 0)
    print("\(name) \(String(format: "%6.3f", row.ratio))  \(row.detail)\(row.ok ? "" : "  (aim missed)")")
  }
}
