import GRDB

extension Ledger {
  /// Writes down that a build was made, found or failed.
  public func record(_ build: BuildRecord) async throws(LedgerError) {
    try await write("record the build \(build.key)") { database in
      try database.execute(
        sql: """
          INSERT INTO builds (service, key, digest, revision, tree, seconds, cached, log, size, finished)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          build.service, build.key, build.digest, build.revision, build.tree, build.seconds, build.cached, build.log,
          build.size, Timestamp(build.finished),
        ])
    }
  }

  /// The builds with a key, the newest first: made, found or failed.
  public func builds(key: String, limit: Int = 20) async throws(LedgerError) -> [BuildRecord] {
    try await read("look up the build \(key)") { database in
      try Row.fetchAll(
        database, sql: "SELECT * FROM builds WHERE key = ? ORDER BY id DESC LIMIT ?", arguments: [key, limit]
      ).map { row in
        BuildRecord(
          service: row["service"], key: row["key"], digest: row["digest"], revision: row["revision"],
          tree: row["tree"], seconds: row["seconds"], cached: row["cached"], log: row["log"], size: row["size"],
          finished: try row.date("finished"))
      }
    }
  }
}
