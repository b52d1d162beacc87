/// A file that a revision has at a path, and what is needed to produce its bytes.
struct TreeFile: Sendable {
  /// From the root of the slot's tree, submodules included.
  let path: PathBytes
  let mode: EntryMode
  let id: ObjectID
  /// The number of the object source that has it: the repository itself, or a submodule.
  let source: Int
  /// Whether attributes or configuration may change its bytes; false only when they certainly do not.
  let mayConvert: Bool
}
