import ArgumentParser
import QuenchDiagnostics
import QuenchGit
import QuenchManagers

/// `quench hot deploy`.
struct HotDeployCommand: QuenchSubcommand {
  static let configuration = ArgumentParser.CommandConfiguration(
    commandName: "deploy", abstract: "Build a revision, if need be, and move the hot set to it.",
    discussion: """
      The order is always: start, healthy, switch, retain. When anything fails before the switch, the set stays as it \
      was. As many earlier builds as `hot.retain` says stay up, so that going back to them takes no start.

      With --working-tree what is built is the files as they are now, uncommitted edits and new files included, ignored \
      ones left out: to try out what is being written.

      EXAMPLES
        quench hot deploy           what hot.baseline names, or else HEAD
        quench hot deploy v1.4
        quench hot deploy --working-tree

      EXIT STATUS
        0 the set is on the revision · 3 could not build or start, nothing changed
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "Any revision git knows; when left out, what hot.baseline names, or else HEAD.")
  var revision: String?

  @Flag(help: "Deploy the files of the working tree instead of a commit.")
  var workingTree = false

  func validate() throws {
    if workingTree, revision != nil { throw ValidationError("--working-tree goes without a revision.") }
  }

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    guard !workingTree else {
      let snapshot = try await workspace.repository.workingTreeSnapshot()
      try await workspace.conclude(try await workspace.deployHot(snapshot, console: console), console: console)
      return .passed
    }
    let head = try await workspace.repository.resolve(revision ?? "HEAD")
    let baseline = revision == nil ? try await workspace.hotBaseline(for: head) : nil
    let move = try await workspace.deployHot((baseline ?? head).id.description, console: console)
    try await workspace.conclude(move, console: console)
    return .passed
  }
}
