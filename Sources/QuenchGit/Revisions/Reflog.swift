internal import CGit2
import Foundation

/// The recorded positions of a reference.
struct Reflog {
  let handle: RepositoryHandle

  /// The oldest recorded position for an expression like `main@{2 years ago}`.
  ///
  /// git takes it, with a warning, when the time lies before the first entry; libgit2 finds nothing then.
  /// - Returns: nil when the expression is no such time, or there is no reflog.
  func oldest(beforeTimeIn text: String) -> ObjectID? {
    guard text.hasSuffix("}"), let opening = text.range(of: "@{", options: .backwards) else { return nil }
    let time = text[opening.upperBound...].dropLast()
    let upstreams: Set<String> = ["u", "upstream", "push"]
    guard !time.isEmpty, Int(time) == nil, !upstreams.contains(time.lowercased()), time.contains(where: \.isNumber)
    else { return nil }
    let name = text[..<opening.lowerBound]
    guard let reference = fullName(name.isEmpty ? "HEAD" : String(name)),
      let log = try? Libgit2.obtain(
        "read the reflog of \(reference)", { git_reflog_read(&$0, handle.pointer, reference) })
    else { return nil }
    defer { git_reflog_free(log) }
    let count = git_reflog_entrycount(log)
    guard count > 0, let entry = git_reflog_entry_byindex(log, count - 1) else { return nil }
    let old = git_reflog_entry_id_old(entry).map { ObjectID($0.pointee) }
    let new = git_reflog_entry_id_new(entry).map { ObjectID($0.pointee) }
    return old.flatMap { handle.contains(commit: $0) ? $0 : nil } ?? new
  }

  private func fullName(_ name: String) -> String? {
    var reference: OpaquePointer?
    guard git_reference_dwim(&reference, handle.pointer, name) == 0, let reference else { return nil }
    defer { git_reference_free(reference) }
    return git_reference_name(reference).map { String(cString: $0) }
  }
}
