import GRDB

extension Ledger {
  /// Writes down that a build was made or found.
  public func record(_ build: BuildRecord) async throws(LedgerError) {
    try await write("record the build \(build.key)") { database in
      try database.execute(
        sql: """
          INSERT INTO builds (service, key, digest, revision, tree, seconds, cached, finished)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          build.service, build.key, build.digest, build.revision, build.tree, build.seconds, build.cached,
          Timestamp(build.finished),
        ])
    }
  }
}
