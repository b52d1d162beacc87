internal import CGit2
import Foundation

/// The note on one object.
public struct Note: Sendable, Hashable {
  /// What the note is about: a commit, as a rule.
  public let object: ObjectID
  /// Its lines, sorted, each once.
  public let lines: [Data]
}

extension Repository {
  /// The reference that notes are kept in, for messages and for `git notes --ref`.
  public static var notesReference: String { NotesReference.local }

  /// The note on an object; nil when it has none.
  ///
  /// - Throws: `GitError` with `objectMissing` or `noteTooLarge`.
  public func note(on object: ObjectID) throws -> Note? {
    guard let tip = try handle.target(of: NotesReference.local),
      let blobs = try NoteTree(of: tip, in: handle).notes[object]
    else { return nil }
    return try note(on: object, blobs)
  }

  /// The notes that may be about a tree: those on commits with it, and on objects that this clone does not have.
  ///
  /// A commit that was squashed or whose branch is gone may have left a note that still speaks for its tree; only the
  /// note itself says which that was.
  /// - Throws: `GitError` with `objectMissing` or `noteTooLarge`.
  public func notes(aboutTree tree: ObjectID) throws -> [Note] {
    guard let tip = try handle.target(of: NotesReference.local) else { return [] }
    let notes = try NoteTree(of: tip, in: handle).notes
    return try notes.sorted { $0.key < $1.key }.filter { try handle.mayHave(tree, $0.key) }
      .map { try note(on: $0.key, $0.value) }
  }

  /// Adds lines to notes; what is there stays, and what is there already is not added again.
  ///
  /// Safe against others who do the same in the same repository: the reference is moved only from where it was seen, and
  /// tried again otherwise.
  ///
  /// - Parameters:
  ///   - lines: what to add to the note on each object. None may hold a line end.
  ///   - message: the subject of the commit that records it.
  /// - Returns: whether anything was added.
  /// - Throws: `GitError` with `notesLocked` when others hold the reference all the time, `objectMissing`,
  ///   `noteTooLarge` or `libraryFailed`; `CancellationError`.
  @discardableResult
  public func addToNotes(_ lines: [ObjectID: [Data]], message: String) async throws -> Bool {
    try await changeNotes { handle, tip in
      var tree = try tip.map { try NoteTree(of: $0, in: handle) } ?? NoteTree()
      var hasNew = false
      for (object, lines) in lines {
        var text = try handle.noteText(of: tree.notes[object] ?? [])
        let before = text
        text.formUnion(NoteText(lines.map { [UInt8]($0) }))
        guard text != before else { continue }
        tree.notes[object] = [try handle.write(text)]
        hasNew = true
      }
      return hasNew
        ? try handle.commit(tree, parents: tip.map { [$0] } ?? [], message: message) : tip
    }.isChanged
  }

  /// Brings what another notes commit has into the notes, line by line.
  ///
  /// - Returns: the notes' commit, which is `other` or one of its descendants, and whether it is another than before.
  /// - Throws: as for adding.
  func mergeIntoNotes(_ other: ObjectID) async throws -> (tip: ObjectID?, isChanged: Bool) {
    try await changeNotes { handle, tip in
      guard let tip, tip != other else { return other }
      // Not by their history: a clone that took lines out takes them from nobody else.
      let own = try NoteTree(of: tip, in: handle), theirs = try NoteTree(of: other, in: handle)
      let union = try own.union(theirs, in: handle)
      // Notes only ever grow, so a history that has all of them needs none of the other's commits.
      if union.notes == theirs.notes { return other }
      // What is here already goes on from what is there, so that a push takes nothing of its history away.
      if union.notes == own.notes, try self.isAncestor(other, of: tip) { return tip }
      return try handle.commit(union, parents: [tip, other], message: "Merge notes of another clone")
    }
  }

  /// Moves the notes to what `change` makes of where they are, as often as others move them meanwhile.
  private func changeNotes(
    _ change: (RepositoryHandle, ObjectID?) throws -> ObjectID?
  ) async throws -> (tip: ObjectID?, isChanged: Bool) {
    var pause = Backoff()
    while true {
      let tip = try handle.target(of: NotesReference.local)
      let new = try change(handle, tip)
      guard let new, new != tip else { return (tip, false) }
      if try handle.move(NotesReference.local, from: tip, to: new, because: "quench: notes") { return (new, true) }
      guard pause.attempts < Self.mostLocalAttempts else {
        throw GitError(
          .notesLocked, "\(NotesReference.local) is held by another process all the time",
          remedy: "if nothing else uses the repository: rm '\(commonDirectory)/\(NotesReference.local).lock'")
      }
      try await pause.wait()
    }
  }

  private func note(on object: ObjectID, _ blobs: Set<ObjectID>) throws -> Note {
    Note(object: object, lines: try handle.noteText(of: blobs).sorted.map { Data($0) })
  }

  /// A lock is held for milliseconds; so many attempts take about a minute.
  private static let mostLocalAttempts = 40
}

extension RepositoryHandle {
  /// Whether an object is a commit with a tree, or nothing that is known here.
  fileprivate func mayHave(_ tree: ObjectID, _ object: ObjectID) throws -> Bool {
    var oid = object.git
    var found: OpaquePointer?
    guard git_object_lookup(&found, pointer, &oid, GIT_OBJECT_ANY) == 0, let found else { return true }
    defer { git_object_free(found) }
    guard git_object_type(found) == GIT_OBJECT_COMMIT else { return object == tree }
    return ObjectID(git_commit_tree_id(found).pointee) == tree
  }
}
