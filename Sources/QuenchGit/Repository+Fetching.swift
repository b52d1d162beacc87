extension Repository {
  /// Has a commit be here: fetches from the default remote when it is not, through the user's own git.
  ///
  /// - Throws: `GitError` with `objectMissing` when the remote does not have it on a branch or a tag either;
  ///   `gitUnavailable`; `CancellationError`.
  public func fetchMissing(_ commit: ObjectID) async throws {
    guard !handle.contains(commit: commit) else { return }
    let fetched = try await fetch()
    guard !handle.contains(commit: commit) else { return }
    throw GitError(
      .objectMissing,
      "commit \(commit) is not in the production host's clone"
        + (fetched.isSuccess ? ", nor on its remote" : ", and fetching failed: \(fetched.complaint)"),
      remedy: "push it where the production host fetches from")
  }

  /// Has a commit be known to be on a branch where it is: fetches from the default remote when it is not on it yet.
  ///
  /// - Throws: as ``fetchMissing(_:)``.
  public func fetchMissing(_ commit: ObjectID, on branch: String) async throws {
    try await fetchMissing(commit)
    if try !isOn(branch, commit) { _ = try await fetch() }
  }

  private func fetch() async throws -> GitProgram.Outcome {
    try await git.run(["fetch", "--quiet", "--tags", "--no-recurse-submodules"])
  }
}
