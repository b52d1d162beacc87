internal import CGit2

/// The text of notes: lines, sorted by their bytes, each once, as `git notes merge --strategy=cat_sort_uniq` leaves them.
///
/// So what two sides added is never in conflict: together they have the lines of both, in whichever order they meet.
struct NoteText: Hashable {
  private(set) var lines: Set<[UInt8]>

  init(_ lines: Set<[UInt8]> = []) { self.lines = lines }

  /// Reads the content of notes; blank lines do not count.
  init(_ content: some Sequence<[UInt8]>) {
    lines = Set(content.flatMap { $0.split(separator: UInt8(ascii: "\n")).map(Array.init) })
  }

  mutating func formUnion(_ other: NoteText) { lines.formUnion(other.lines) }

  var sorted: [[UInt8]] { lines.sorted { $0.lexicographicallyPrecedes($1) } }

  /// The text as it is stored, with an end to each line.
  var content: [UInt8] { Array(sorted.map { $0 + [UInt8(ascii: "\n")] }.joined()) }
}

extension RepositoryHandle {
  /// The largest note that is read, in bytes.
  private static let largestNote = 64 << 20

  /// The lines of several blobs together.
  ///
  /// - Throws: `GitError` with `objectMissing` or `noteTooLarge`.
  func noteText(of blobs: Set<ObjectID>) throws(GitError) -> NoteText {
    var contents: [[UInt8]] = []
    for id in blobs {
      let blob = try lookUpBlob(id)
      defer { git_blob_free(blob) }
      guard git_blob_rawsize(blob) <= Self.largestNote else {
        throw GitError(
          .noteTooLarge, "the note \(id) has more than \(Self.largestNote >> 20) MiB, which is more than is read",
          remedy: "git cat-file -s \(id)")
      }
      contents.append(
        [UInt8](UnsafeRawBufferPointer(start: git_blob_rawcontent(blob), count: Int(git_blob_rawsize(blob)))))
    }
    return NoteText(contents)
  }

  /// Stores the text of a note.
  ///
  /// - Throws: `GitError` with `libraryFailed`.
  func write(_ text: NoteText) throws(GitError) -> ObjectID {
    var id = git_oid()
    let content = text.content
    try Libgit2.check("write a note", git_blob_create_from_buffer(&id, pointer, content, content.count))
    return ObjectID(id)
  }
}
