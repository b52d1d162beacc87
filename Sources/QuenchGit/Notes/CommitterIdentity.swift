internal import CGit2
import Foundation

/// Who makes a commit of notes: as git would have it, and Quench on this host where nobody is configured.
struct CommitterIdentity {
  let name: String
  let email: String

  /// Asks the environment, then the repository's configuration (git-commit-tree(1), "Commit information").
  init(_ handle: RepositoryHandle, environment: [String: String] = ProcessInfo.processInfo.environment) throws(GitError)
  {
    let configuration = try Configuration(handle)
    func value(_ variable: String, _ key: String) -> String? {
      [environment[variable], configuration[key]].lazy.compactMap(\.self).map(Self.cleaned).first { !$0.isEmpty }
    }
    name = value("GIT_COMMITTER_NAME", "user.name") ?? "Quench"
    email = value("GIT_COMMITTER_EMAIL", "user.email") ?? "quench@\(Self.cleaned(ProcessInfo.processInfo.hostName))"
  }

  /// A signature of now, which the caller frees.
  func signature() throws(GitError) -> UnsafeMutablePointer<git_signature> {
    var signature: UnsafeMutablePointer<git_signature>?
    try Libgit2.check("make a committer of '\(name)'", git_signature_now(&signature, name, email))
    guard let signature else { throw GitError(.libraryFailed, "could not make a committer of '\(name)'") }
    return signature
  }

  /// Without what a commit's header cannot hold.
  private static func cleaned(_ text: String) -> String {
    text.filter { !"<>\n\r\0".contains($0) }.trimmingCharacters(in: .whitespaces)
  }
}
