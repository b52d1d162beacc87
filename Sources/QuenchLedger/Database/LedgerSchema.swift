import GRDB

/// The ledger's tables, version by version; a version that was released never changes.
enum LedgerSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("v1") { database in
      for part in [verdicts, builds, sets, events] { try database.execute(sql: part) }
    }
    migrator.registerMigration("v2") { database in
      for part in [promotions, freezes] { try database.execute(sql: part) }
      try database.execute(sql: "ALTER TABLE sets ADD COLUMN stopped INTEGER NOT NULL DEFAULT 0")
    }
    migrator.registerMigration("events-by-service") { database in
      try database.execute(sql: "ALTER TABLE events ADD COLUMN service TEXT")
    }
    migrator.registerMigration("access-tokens") { database in try database.execute(sql: accessTokens) }
    migrator.registerMigration("trials") { database in try database.execute(sql: trials) }
    return migrator
  }

  /// Verdicts and, for questions about one suite, their suites; `document` is the whole of it.
  private static let verdicts = """
    CREATE TABLE verdicts (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      service TEXT NOT NULL,
      revision TEXT NOT NULL,
      tree TEXT NOT NULL,
      result TEXT NOT NULL CHECK (result IN ('PASSED', 'FAILED', 'INCONCLUSIVE', 'ERROR')),
      reason TEXT,
      build_key TEXT,
      build_digest TEXT,
      service_definition TEXT,
      started TEXT NOT NULL,
      total_seconds REAL NOT NULL,
      definitions TEXT NOT NULL,
      document TEXT NOT NULL
    );
    CREATE INDEX verdicts_by_tree ON verdicts (tree, service);
    CREATE INDEX verdicts_by_revision ON verdicts (revision, service);
    CREATE TABLE suite_results (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      verdict_id INTEGER NOT NULL REFERENCES verdicts (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      service TEXT NOT NULL,
      name TEXT NOT NULL,
      definition TEXT,
      result TEXT NOT NULL CHECK (result IN ('PASSED', 'FAILED', 'INCONCLUSIVE', 'ERROR')),
      passed INTEGER NOT NULL,
      failed INTEGER NOT NULL,
      skipped INTEGER NOT NULL,
      known_issues INTEGER NOT NULL,
      duration_seconds REAL NOT NULL,
      reason TEXT
    );
    CREATE INDEX suite_results_by_verdict ON suite_results (verdict_id);
    CREATE INDEX suite_results_by_name ON suite_results (service, name, id);
    """

  private static let builds = """
    CREATE TABLE builds (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      service TEXT NOT NULL,
      key TEXT NOT NULL,
      digest TEXT NOT NULL,
      revision TEXT NOT NULL,
      tree TEXT NOT NULL,
      seconds REAL NOT NULL,
      cached INTEGER NOT NULL,
      finished TEXT NOT NULL
    );
    CREATE INDEX builds_by_service ON builds (service, id);
    """

  /// The sets of each service with their instances; an instance is in one place of one set.
  private static let sets = """
    CREATE TABLE sets (
      service TEXT NOT NULL,
      name TEXT NOT NULL CHECK (name IN ('hot', 'cold')),
      revision TEXT NOT NULL,
      digest TEXT NOT NULL,
      baseline TEXT,
      updated TEXT NOT NULL,
      PRIMARY KEY (service, name)
    );
    CREATE TABLE set_retained (
      service TEXT NOT NULL,
      set_name TEXT NOT NULL,
      position INTEGER NOT NULL,
      revision TEXT NOT NULL,
      digest TEXT NOT NULL,
      since TEXT NOT NULL,
      PRIMARY KEY (service, set_name, position),
      FOREIGN KEY (service, set_name) REFERENCES sets (service, name) ON DELETE CASCADE
    );
    CREATE TABLE instances (
      id TEXT PRIMARY KEY NOT NULL,
      service TEXT NOT NULL,
      set_name TEXT NOT NULL,
      retained INTEGER,
      position INTEGER NOT NULL,
      revision TEXT NOT NULL,
      digest TEXT NOT NULL,
      port INTEGER NOT NULL,
      folder TEXT NOT NULL,
      record TEXT NOT NULL,
      since TEXT NOT NULL,
      shared TEXT,
      FOREIGN KEY (service, set_name) REFERENCES sets (service, name) ON DELETE CASCADE
    );
    CREATE INDEX instances_by_set ON instances (service, set_name, retained, position);
    """

  private static let events = """
    CREATE TABLE events (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      time TEXT NOT NULL,
      kind TEXT NOT NULL,
      subject TEXT NOT NULL,
      detail TEXT NOT NULL
    );
    """

  /// The promotion journal: what was asked for, and each step with its intent and its outcome.
  private static let promotions = """
    CREATE TABLE promotions (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      service TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('promotion', 'rollback')),
      from_revision TEXT,
      from_digest TEXT,
      revision TEXT NOT NULL,
      digest TEXT,
      options TEXT NOT NULL,
      state TEXT NOT NULL,
      routed INTEGER NOT NULL DEFAULT 0,
      result TEXT CHECK (result IN ('PROMOTED', 'REVERTED', 'REFUSED')),
      reasons TEXT NOT NULL DEFAULT '[]',
      actor TEXT NOT NULL,
      requested TEXT NOT NULL,
      finished TEXT
    );
    CREATE INDEX promotions_by_service ON promotions (service, id);
    CREATE TABLE promotion_steps (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      promotion_id INTEGER NOT NULL REFERENCES promotions (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      began TEXT NOT NULL,
      deadline TEXT,
      ended TEXT,
      detail TEXT NOT NULL,
      UNIQUE (promotion_id, name)
    );
    CREATE INDEX verdicts_by_digest ON verdicts (build_digest, service);
    """

  /// Tokens for those who ask from afar, by the hashes of their secrets.
  private static let accessTokens = """
    CREATE TABLE access_tokens (
      id TEXT PRIMARY KEY NOT NULL,
      name TEXT NOT NULL,
      hash TEXT NOT NULL,
      scopes TEXT NOT NULL,
      created TEXT NOT NULL,
      expires TEXT,
      revoked TEXT
    );
    """

  /// Runs of commands in search of the commit that broke them.
  private static let trials = """
    CREATE TABLE trials (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      question TEXT NOT NULL,
      revision TEXT NOT NULL,
      outcome TEXT NOT NULL CHECK (outcome IN ('passed', 'failed', 'untestable')),
      started TEXT NOT NULL,
      seconds REAL NOT NULL
    );
    CREATE INDEX trials_by_question ON trials (question, id);
    """

  /// When nothing might be promoted; the one that holds has no end.
  private static let freezes = """
    CREATE TABLE freezes (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      service TEXT NOT NULL,
      actor TEXT NOT NULL,
      reason TEXT NOT NULL,
      since TEXT NOT NULL,
      ended TEXT,
      ended_by TEXT
    );
    CREATE UNIQUE INDEX freezes_that_hold ON freezes (service) WHERE ended IS NULL;
    """
}
