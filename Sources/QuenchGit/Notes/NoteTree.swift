internal import CGit2
import Foundation

/// The notes of one commit of a notes reference, by the object that each is about.
///
/// In the tree, a note's name is the forty digits of its object, which may be spread over folders of two digits each in
/// any depth (git-notes(1), "fan-out"): git chooses a depth by their number, and trees of different depths come together
/// in a merge. All are read. What is no note stays as it is.
struct NoteTree {
  /// The blobs of each object's note; several where a tree has spelled one name in several ways.
  var notes: [ObjectID: Set<ObjectID>] = [:]
  private var others: [(path: [[UInt8]], mode: EntryMode, id: ObjectID)] = []

  /// No notes.
  init() {}

  /// Reads the tree of a commit.
  ///
  /// - Throws: `GitError` with `objectMissing`.
  init(of commit: ObjectID, in handle: RepositoryHandle) throws(GitError) {
    let object = try handle.commit(commit)
    defer { git_commit_free(object) }
    try read(ObjectID(git_commit_tree_id(object).pointee), path: [], digits: [], handle)
  }

  private mutating func read(
    _ tree: ObjectID, path: [[UInt8]], digits: [UInt8], _ handle: RepositoryHandle
  ) throws(GitError) {
    var oid = tree.git
    let object: OpaquePointer
    do {
      object = try Libgit2.obtain("read the notes' tree \(tree)") { git_tree_lookup(&$0, handle.pointer, &oid) }
    } catch {
      throw handle.missing(tree, "tree", error)
    }
    defer { git_tree_free(object) }
    for index in 0..<git_tree_entrycount(object) {
      guard let entry = git_tree_entry_byindex(object, index), let name = git_tree_entry_name(entry),
        let id = git_tree_entry_id(entry).map({ ObjectID($0.pointee) }),
        let mode = EntryMode(raw: UInt32(git_tree_entry_filemode_raw(entry).rawValue))
      else { continue }
      let bytes = [UInt8](UnsafeRawBufferPointer(start: name, count: strlen(name)))
      let spelled = digits + bytes
      if mode == .directory, bytes.count == 2, spelled.count < Self.digits, bytes.areHexadecimal {
        try read(id, path: path + [bytes], digits: spelled, handle)
      } else if mode == .file || mode == .executable, spelled.count == Self.digits,
        let noted = ObjectID(String(decoding: spelled, as: UTF8.self))
      {
        notes[noted, default: []].insert(id)
      } else {
        others.append((path + [bytes], mode, id))
      }
    }
  }

  /// Writes the tree, in a depth that keeps its folders small, and gives its id.
  ///
  /// - Throws: `GitError` with `libraryFailed`.
  func write(in handle: RepositoryHandle) throws(GitError) -> ObjectID {
    var root = NoteFolder()
    let depth = notes.count <= Self.fullFolder ? 0 : notes.count <= Self.fullFolder * 256 ? 1 : 2
    for other in others { root.insert(other.path, other.mode, other.id) }
    for (object, blobs) in notes {
      let blob = try blobs.count == 1 ? blobs.first : handle.write(handle.noteText(of: blobs))
      guard let blob else { continue }
      let digits = Array(object.description.utf8)
      let folders = (0..<depth).map { Array(digits[($0 * 2)..<($0 * 2 + 2)]) }
      root.insert(folders + [Array(digits[(depth * 2)...])], .file, blob)
    }
    return try root.write(in: handle)
  }

  /// The notes of both, each with the lines of both.
  func union(_ other: NoteTree, in handle: RepositoryHandle) throws(GitError) -> NoteTree {
    var union = self
    for (object, blobs) in other.notes where union.notes[object] != blobs {
      guard let own = union.notes[object] else {
        union.notes[object] = blobs
        continue
      }
      union.notes[object] = [try handle.write(handle.noteText(of: own.union(blobs)))]
    }
    let paths = Set(others.map(\.path))
    union.others += other.others.filter { !paths.contains($0.path) }
    return union
  }

  private static let digits = 40
  private static let fullFolder = 256
}

extension [UInt8] {
  fileprivate var areHexadecimal: Bool {
    allSatisfy {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
        || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains($0)
    }
  }
}
