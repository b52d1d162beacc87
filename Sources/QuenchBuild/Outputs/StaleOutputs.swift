import QuenchGit
import SystemPackage

/// What earlier builds left where a recipe's outputs are.
///
/// An artifact has to follow from its key alone, never from what was built in the slot before. So all that is in the
/// outputs and not in the revision goes before a build; what else earlier builds left, such as object files and caches,
/// stays for the next one to start from.
struct StaleOutputs {
  private let slot: Slot
  private let outputs: [String]

  init(_ recipe: Recipe, in slot: Slot) {
    self.slot = slot
    outputs = recipe.outputs
  }

  /// Removes it, and says what that was.
  ///
  /// - Throws: `BuildError` with code `output-invalid`, `slot-unwritable` or `disk-full`; `GitError`.
  func remove() throws -> RemovedOutputs {
    guard let tree = slot.tree.withoutLinks else { return RemovedOutputs(in: slot) }
    var places: [FilePath] = []
    for output in outputs {
      let path = try OutputList.normalized(output)
      // Earlier builds may have left links; nothing is removed through one that leads out of the checkout.
      guard let name = path.lastComponent,
        let folder = tree.pushing(path).removingLastComponent().withoutLinks, folder.starts(with: tree)
      else { continue }
      // An output that is a link stands for what it leads to, so that both have to be made anew.
      let found = [folder.appending(name), folder.appending(name).withoutLinks].compactMap(\.self)
      places += found.filter { $0 != tree && $0.starts(with: tree) }.map { path in
        var inside = path
        _ = inside.removePrefix(tree)
        return inside
      }
    }
    var removed = RemovedOutputs(in: slot)
    try removed.note(all: places)
    _ = try slot.removeUntracked(at: places)
    removed.leaveOutPresent()
    return removed
  }
}

extension Recipe {
  /// Whether builds start with nothing but the revision: when that is asked for, when there is no command that could
  /// start from anything else, and when the whole checkout is the artifact.
  var startsClean: Bool {
    mode == .clean || command == nil || outputs.contains { (try? OutputList.normalized($0))?.isEmpty == true }
  }
}
