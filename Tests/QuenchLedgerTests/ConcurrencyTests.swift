import Foundation
import GRDB
import QuenchEvidence
import QuenchState
import Testing

@testable import QuenchLedger

@Suite("Several at once", .timeLimit(.minutes(3)))
struct ConcurrencyTests {
  @Test("Eight that make and write the ledger at once lose nothing")
  func eightWriters() async throws {
    let scratch = try Scratch()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask {
          let ledger = try await Ledger(scratch.state)
          for index in 0..<100 { try await ledger.record(.example(tree: "\(writer)-\(index)")) }
        }
      }
      try await group.waitForAll()
    }
    let ledger = try await scratch.ledger()
    let trees = (0..<8).flatMap { writer in (0..<100).map { "\(writer)-\($0)" } }
    let histories = try await ledger.verdicts(
      forTrees: Dictionary(uniqueKeysWithValues: trees.map { ($0, $0) }), service: "orders")
    #expect(Set(histories.keys) == Set(trees))
    #expect(Set(histories.values.map(\.latest.number)).count == 800)
    #expect(histories.values.allSatisfy { $0.suites.count == 1 })
  }

  @Test("Writers in other processes and in this one lose nothing")
  func otherProcesses() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    let script = """
      for index in range(100):
          c = sqlite3.connect(path, timeout=60)
          with c: c.execute("INSERT INTO events (time, kind, subject, detail) VALUES ('', 'other', ?, '{}')", (index,))
          c.close()
      """
    let others = try (0..<3).map { _ in try PythonProcess(script, path: scratch.file) }
    for index in 0..<100 { try await ledger.append(LedgerEvent("own", subject: "\(index)")) }
    for other in others { _ = try other.finish() }
    let counts = try await ledger.read("count") { database in
      try ["own", "other"].map { kind in
        try Int.fetchOne(database, sql: "SELECT count(*) FROM events WHERE kind = ?", arguments: [kind])
      }
    }
    #expect(counts == [100, 300])
  }

  @Test("A write waits for another process that holds the lock, and for opening too")
  func waitsForLock() async throws {
    let scratch = try Scratch()
    try await scratch.ledger().close()
    let other = try PythonProcess(
      """
      c = sqlite3.connect(path, isolation_level=None)
      c.execute("BEGIN IMMEDIATE")
      c.execute("INSERT INTO events (time, kind, subject, detail) VALUES ('', 'other', 'first', '{}')")
      print("locked", flush=True)
      time.sleep(0.5)
      c.execute("COMMIT")
      """, path: scratch.file)
    try other.wait(for: "locked")
    let ledger = try await scratch.ledger()
    try await ledger.record(.example())
    #expect(try await ledger.verdict(service: "orders", revision: hex("a")) == .example())
    let before = try await ledger.read("count") { database in
      try Int.fetchOne(database, sql: "SELECT count(*) FROM events WHERE subject = 'first'")
    }
    #expect(before == 1)
    _ = try other.finish()
  }

  @Test("Reading does not wait for a writer")
  func readsWhileLocked() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    try await ledger.record(.example())
    let other = try PythonProcess(
      """
      c = sqlite3.connect(path, isolation_level=None)
      c.execute("BEGIN IMMEDIATE")
      c.execute("DELETE FROM verdicts")
      print("locked", flush=True)
      time.sleep(600)
      """, path: scratch.file)
    try other.wait(for: "locked")
    #expect(try await ledger.verdict(service: "orders", revision: hex("a")) == .example())
    other.kill()
    #expect(try await ledger.verdict(service: "orders", revision: hex("a")) == .example())
    try await ledger.record(.example(revision: hex("c")))
  }

  @Test("A writer killed in the middle of a change leaves nothing of it")
  func killedWriter() async throws {
    let scratch = try Scratch()
    let first = try await scratch.ledger()
    try await first.record(.example())
    try first.close()
    let other = try PythonProcess(
      """
      c = sqlite3.connect(path, isolation_level=None)
      c.execute("PRAGMA cache_size = 1")
      c.execute("INSERT INTO events (time, kind, subject, detail) VALUES ('', 'whole', 's', '{}')")
      c.execute("BEGIN IMMEDIATE")
      c.execute("DELETE FROM verdicts")
      for index in range(500):
          c.execute("INSERT INTO events (time, kind, subject, detail) VALUES ('', 'torn', ?, '{}')", ("x" * 8000,))
      print("in the middle", flush=True)
      time.sleep(600)
      """, path: scratch.file)
    try other.wait(for: "in the middle")
    let size = try FileManager.default.attributesOfItem(atPath: scratch.file + "-wal")[.size] as? Int ?? 0
    #expect(size > 1_000_000, "the change was on its way to the disk")
    other.kill()

    let ledger = try await scratch.ledger()
    #expect(try await ledger.verdict(service: "orders", revision: hex("a")) == .example())
    let state = try await ledger.read("check") { database in
      (
        try String.fetchOne(database, sql: "PRAGMA integrity_check"),
        try String.fetchAll(database, sql: "SELECT kind FROM events")
      )
    }
    #expect(state.0 == "ok")
    #expect(state.1 == ["whole"])
    try await ledger.record(.example(revision: hex("c")))
    #expect(try await ledger.verdict(service: "orders", revision: hex("c")) != nil)
  }

  @Test("Other programs can read the database while it is in use")
  func otherReader() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    for index in 0..<5 { try await ledger.record(.example(revision: "\(index)")) }
    let script = """
      import json
      c = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
      print(*[f"{r} {w} {json.loads(d)['schema']}" for r, w, d in
        c.execute("SELECT revision, result, document FROM verdicts ORDER BY id")], sep="\\n")
      """
    let lines = try PythonProcess(script, path: scratch.file).finish().split(separator: "\n")
    #expect(lines == (0..<5).map { "\($0) PASSED quench.verdict/v1" })
    _ = ledger
  }

  @Test("A change is recorded although its task is cancelled")
  func cancelled() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await ledger.record(.example())
    }
    try await task.value
    #expect(try await ledger.verdict(service: "orders", revision: hex("a")) != nil)
  }

  @Test("Full durability holds for its own change alone")
  func durability() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    func synchronous(_ durability: Durability) async throws -> Int? {
      try await ledger.write("ask", durability: durability) { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    }
    // SQLite's numbers: 1 is NORMAL, 2 is FULL.
    #expect(try await synchronous(.normal) == 1)
    #expect(try await synchronous(.full) == 2)
    #expect(try await synchronous(.normal) == 1)
  }

  @Test("A change that fails in the middle leaves nothing, and the next one goes on")
  func rollback() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    await #expect(throws: LedgerError.self) {
      try await ledger.write("fail") { database in
        try database.execute(
          sql: "INSERT INTO events (time, kind, subject, detail) VALUES ('', '', '', ''); SELECT nothing FROM nowhere")
      }
    }
    #expect(try await ledger.events().isEmpty)
    try await ledger.append(LedgerEvent("own", subject: "next"))
    #expect(try await ledger.events().map(\.subject) == ["next"])
  }
}
