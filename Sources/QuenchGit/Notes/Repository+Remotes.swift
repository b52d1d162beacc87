internal import CGit2
internal import Crypto
import Foundation
import QuenchDiagnostics

extension Repository {
  /// The remote that notes go to when none is named: `origin`, or the only one there is.
  ///
  /// - Throws: `GitError` with `remoteUnknown` when there is none, or there are several.
  public func defaultRemote() throws -> String {
    let remotes = try remotes
    if remotes.contains("origin") { return "origin" }
    if let only = remotes.first, remotes.count == 1 { return only }
    throw GitError(
      .remoteUnknown,
      remotes.isEmpty
        ? "this repository has no remote"
        : "this repository has several remotes, and none is called origin: \(remotes.joined(separator: ", "))",
      remedy: "name one, or a URL: quench evidence push REMOTE")
  }

  /// The name under which it is kept what a remote was seen to have: its own, or one made of its URL.
  func trackingName(of remote: String) throws -> String {
    if try remotes.contains(remote), git_reference_is_valid_name(NotesReference.tracking(remote)) == 1 { return remote }
    return "url-" + SHA256.hash(data: Data(remote.utf8)).hexadecimal.prefix(16)
  }

  private var remotes: [String] {
    get throws {
      var names = git_strarray()
      try Libgit2.check("list the remotes", git_remote_list(&names, handle.pointer))
      defer { git_strarray_dispose(&names) }
      return (0..<names.count).compactMap { names.strings[$0].map { String(cString: $0) } }.sorted()
    }
  }
}
