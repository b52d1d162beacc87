/// Where notes are kept: one reference, and a reference for what each remote was last seen to have.
enum NotesReference {
  /// What `git notes --ref=quench` reads.
  static let local = "refs/notes/quench"

  /// The notes that a remote was last seen to have; never shown as notes by git itself.
  static func tracking(_ remote: String) -> String { "refs/notes/quench-remote/\(remote)" }
}
