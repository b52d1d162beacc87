import Foundation

/// What an exchange of notes with a remote came to.
public struct NotesExchange: Sendable, Hashable {
  /// The remote's name or URL, without a password.
  public let remote: String
  /// Whether notes came from there that were not here.
  public internal(set) var received = false
  /// Whether notes went there that were not there.
  public internal(set) var sent = false
  /// How often it was tried; more than once when others were at it too.
  public internal(set) var attempts = 1
}

extension Repository {
  /// Brings the notes of a remote here.
  ///
  /// - Throws: `GitError` with `remoteUnreachable`, `gitUnavailable`, and as for adding notes; `CancellationError`.
  public func fetchNotes(from remote: String) async throws -> NotesExchange {
    var exchange = NotesExchange(remote: remote.withoutPasswords)
    if let theirs = try await seenNotes(of: remote) { exchange.received = try await mergeIntoNotes(theirs).isChanged }
    return exchange
  }

  /// Brings the notes from here to a remote, and those from there here.
  ///
  /// Every attempt takes in what the remote has first, so that what is pushed has all of it, and pushes only onto what was
  /// seen. A refusal is tried again whatever its reason: git words them in many ways, and most mean that somebody else
  /// was faster.
  ///
  /// - Throws: `GitError` with `pushRefused` when nobody else was, `remoteUnreachable`, `gitUnavailable`, and as for
  ///   adding notes; `CancellationError`.
  public func pushNotes(to remote: String) async throws -> NotesExchange {
    var exchange = NotesExchange(remote: remote.withoutPasswords)
    var pause = Backoff()
    var refusedInPlace = 0
    var lastSeen: ObjectID?
    while true {
      let theirs = try await seenNotes(of: remote)
      if let theirs, try await mergeIntoNotes(theirs).isChanged { exchange.received = true }
      guard let own = try handle.target(of: NotesReference.local), own != theirs else { return exchange }
      let outcome = try await git.run([
        "push", "--quiet", "--no-verify", "--force-with-lease=\(NotesReference.local):\(theirs?.description ?? "")",
        "--",
        remote, "\(own):\(NotesReference.local)",
      ])
      if outcome.isSuccess {
        exchange.sent = true
        try note(own, asSeenAt: remote)
        return exchange
      }
      refusedInPlace = theirs == lastSeen ? refusedInPlace + 1 : 0
      lastSeen = theirs
      guard refusedInPlace < Self.mostRefusals, exchange.attempts < Self.mostAttempts else {
        throw GitError(
          .pushRefused, "\(exchange.remote) does not take the notes: \(outcome.complaint.lastLines)",
          remedy: "git push '\(exchange.remote)' \(NotesReference.local)")
      }
      exchange.attempts += 1
      try await pause.wait()
    }
  }

  /// The notes' commit of a remote, which is here then; nil when it has none.
  ///
  /// - Throws: `GitError` with `remoteUnreachable`.
  private func seenNotes(of remote: String) async throws -> ObjectID? {
    let tracking = NotesReference.tracking(try trackingName(of: remote))
    var pause = Backoff()
    while true {
      let listed = try await git.run(["ls-remote", "--quiet", "--", remote, NotesReference.local])
      var complaint = listed.complaint
      if listed.isSuccess {
        guard let theirs = listed.output.target(of: NotesReference.local) else { return nil }
        if try handle.target(of: tracking) == theirs, handle.contains(commit: theirs) { return theirs }
        // No reference map: one that a user has for notes would put theirs in place of ours.
        // No filter: in a partial clone libgit2 could not fetch what is left out.
        let fetched = try await git.run([
          "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-filter",
          "--refmap=", "--", remote, "+\(NotesReference.local):\(tracking)",
        ])
        if fetched.isSuccess, let seen = try handle.target(of: tracking) { return seen }
        complaint = fetched.complaint
      }
      guard pause.attempts < Self.mostConnections else {
        throw GitError(
          .remoteUnreachable, "cannot read the notes of \(remote.withoutPasswords): \(complaint.lastLines)",
          remedy: "git ls-remote '\(remote.withoutPasswords)'")
      }
      try await pause.wait()
    }
  }

  private func note(_ tip: ObjectID, asSeenAt remote: String) throws {
    let tracking = NotesReference.tracking(try trackingName(of: remote))
    // Whoever moved it meanwhile has seen something newer.
    _ = try handle.move(tracking, from: try handle.target(of: tracking), to: tip, because: "quench: pushed")
  }

  var git: GitProgram { GitProgram(gitDirectory: gitDirectory, folder: workDirectory ?? gitDirectory) }

  private static let mostConnections = 3
  private static let mostRefusals = 8
  private static let mostAttempts = 100
}

extension String {
  /// The object that a line of `git ls-remote` has for a reference.
  fileprivate func target(of reference: String) -> ObjectID? {
    for line in split(separator: "\n") {
      let fields = line.split(separator: "\t")
      if fields.count == 2, fields[1] == reference { return ObjectID(fields[0]) }
    }
    return nil
  }

  /// The end of what git complained of, on one line.
  fileprivate var lastLines: String {
    split(whereSeparator: \.isNewline).suffix(8).joined(separator: "; ")
  }
}
