import Foundation
import QuenchEvidence
import QuenchGit

/// The evidence that notes have on a revision, or on another commit with its tree.
struct EvidenceOnRevision {
  /// An envelope, and the commit whose note it is from.
  struct Entry {
    let envelope: Envelope
    let noted: ObjectID

    /// Where it is: `refs/notes/quench@<commit>`.
    var place: String { EvidenceOnRevision.place(noted) }
  }

  let revision: Revision
  /// The entries; those of the revision's own note first, and of others those that say they are on its tree.
  let entries: [Entry]

  /// Reads the notes.
  ///
  /// What a line says of itself decides only where it is listed.
  init(_ revision: Revision, in repository: Repository) async throws {
    self.revision = revision
    var own: [Entry] = []
    var others: [Entry] = []
    for note in try await repository.notes(aboutTree: revision.tree) {
      for line in note.lines {
        guard let envelope = Envelope(noteLine: line) else { continue }
        let entry = Entry(envelope: envelope, noted: note.object)
        if note.object == revision.id {
          own.append(entry)
        } else if (try? SignedStatement(unverified: envelope))?.subject?.tree == revision.tree.description {
          others.append(entry)
        }
      }
    }
    entries = own + others
  }

  /// The trees of the commits that statements name, where the repository has them.
  func trees(in repository: Repository) async -> [String: String] {
    var trees: [String: String] = [:]
    for entry in entries {
      guard let named = (try? SignedStatement(unverified: entry.envelope))?.subject?.revision,
        ObjectID(named) != nil, trees[named] == nil
      else { continue }
      trees[named] = try? await repository.resolve(named).tree.description
    }
    return trees
  }

  /// The place of a commit's note, as documents name it.
  static func place(_ commit: ObjectID) -> String { "\(Repository.notesReference)@\(commit)" }
}
