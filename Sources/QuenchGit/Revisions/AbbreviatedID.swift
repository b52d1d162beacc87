internal import CGit2

/// The first digits of an object id, and the objects that begin with them.
struct AbbreviatedID {
  /// An object that the abbreviation may mean.
  struct Candidate {
    let id: ObjectID
    /// The commit it is, or that it is a tag of.
    let commit: ObjectID?
    /// Its type, and a commit's subject.
    let summary: String
  }

  let prefix: String

  /// All matching objects, commits first; reads the names of every object in the repository.
  func candidates(in handle: RepositoryHandle) -> [Candidate] {
    guard let odb = try? Libgit2.obtain("open the object database", { git_repository_odb(&$0, handle.pointer) })
    else { return [] }
    defer { git_odb_free(odb) }
    var search = Search(prefix: prefix.lowercased())
    _ = withUnsafeMutablePointer(to: &search) { search in
      git_odb_foreach(
        odb,
        { oid, payload in
          guard let oid, let search = payload?.assumingMemoryBound(to: Search.self) else { return -1 }
          let id = ObjectID(oid.pointee)
          if id.description.hasPrefix(search.pointee.prefix) { search.pointee.found.insert(id) }
          return 0
        }, search)
    }
    return search.found.compactMap { candidate($0, in: handle) }
      .sorted { ($0.commit == nil ? 1 : 0, $0.id) < ($1.commit == nil ? 1 : 0, $1.id) }
  }

  private struct Search {
    let prefix: String
    var found: Set<ObjectID> = []
  }

  private func candidate(_ id: ObjectID, in handle: RepositoryHandle) -> Candidate? {
    var oid = id.git
    var object: OpaquePointer?
    guard git_object_lookup(&object, handle.pointer, &oid, GIT_OBJECT_ANY) == 0, let object else { return nil }
    defer { git_object_free(object) }
    let type = git_object_type(object)
    let kind = git_object_type2string(type).map { String(cString: $0) } ?? "object"
    var commit: OpaquePointer?
    guard type == GIT_OBJECT_COMMIT || type == GIT_OBJECT_TAG, git_object_peel(&commit, object, GIT_OBJECT_COMMIT) == 0
    else { return Candidate(id: id, commit: nil, summary: kind) }
    defer { git_object_free(commit) }
    let subject = git_commit_summary(commit).map { String(cString: $0) } ?? ""
    return Candidate(id: id, commit: git_object_id(commit).map { ObjectID($0.pointee) }, summary: "\(kind) \(subject)")
  }
}

extension ObjectID {
  /// Some digits more than `count`, enough to tell candidates of that length apart.
  func abbreviated(over count: Int) -> String { String(description.prefix(max(count + 4, 10))) }
}
