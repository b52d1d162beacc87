import QuenchEvidence
import QuenchGit
import QuenchProcesses
import QuenchState

/// Where the tests of a suite are taken from, resolved.
enum TestSource: Sendable, Hashable {
  /// The commit under test.
  case subject(Revision)
  /// Another commit.
  case pinned(Revision)
  /// The working tree with its uncommitted edits, as a tree that no branch has.
  case workingTree(Revision)

  /// What is checked out.
  var revision: Revision {
    switch self {
    case .subject(let revision), .pinned(let revision), .workingTree(let revision): revision
    }
  }

  /// The kind of source; tests of one kind are built in one place, so that those of another do not undo it.
  var kind: String {
    switch self {
    case .subject: "tests of the revision"
    case .pinned: "tests of a named revision"
    case .workingTree: "tests of the working tree"
    }
  }

  /// The source as a suite's definition names it.
  var definition: SuiteDefinitionContent.TestsFrom {
    switch self {
    case .subject: .revision
    case .pinned(let revision): .pinned(tree: revision.tree.description)
    case .workingTree(let revision): .workingTree(tree: revision.tree.description)
    }
  }
}

/// The tests of one source, checked out and locked for one verification.
struct TestCheckout: Sendable {
  var source: TestSource
  var slot: SlotPool.Taken
  /// Where building them keeps what it downloads.
  var caches: DownloadCaches
}
