import Foundation
import GRDB
import QuenchState
import SystemPackage

/// What happened: verdicts, builds, sets, instances and events, in one SQLite database that processes share.
///
/// Any number of processes may read and write at once; a write waits for the one before it. Changes are recorded even
/// when the task that makes them is cancelled, since what they tell of has happened.
public final class Ledger: Sendable {
  /// The database's file.
  public let path: FilePath
  private let pool: DatabasePool

  /// How long a change waits for other processes, in seconds.
  static let patience = 30.0

  /// Opens the ledger of a state folder, makes it where there is none, and brings its tables up to date.
  ///
  /// - Throws: `LedgerError` with code `ledger-newer`, `ledger-corrupt`, `ledger-unwritable`, `ledger-full` or
  ///   `ledger-busy`; `CancellationError` when cancelled while another process opens it.
  public init(_ state: StateDirectory) async throws {
    path = state.ledger
    do {
      try state.prepare()
      // Two processes that make the file at once would otherwise meet in the change to WAL, which does not wait.
      let held = try await state.lock("ledger").acquire(reason: "opening the ledger")
      pool = try withExtendedLifetime(held) { try Self.open(state.ledger) }
    } catch let error as CancellationError {
      throw error
    } catch {
      throw LedgerError(error, whenTryingTo: "open the ledger", ledger: state.ledger)
    }
  }

  /// Ends all use of the database; nothing can be read or written through this value afterwards.
  ///
  /// - Throws: `LedgerError` with code `ledger-busy` when something is still being read or written.
  public func close() throws(LedgerError) {
    do {
      // Readers go first: the connection that is closed last folds the log into the file, which a reader cannot.
      pool.releaseMemory()
      try pool.close()
    } catch {
      throw LedgerError(error, whenTryingTo: "close the ledger", ledger: path)
    }
  }

  private static func open(_ path: FilePath) throws -> DatabasePool {
    try create(path)
    var configuration = Configuration()
    configuration.label = "quench.ledger"
    configuration.busyMode = .timeout(patience)
    let pool = try DatabasePool(path: path.string, configuration: configuration)
    let migrator = LedgerSchema.migrator
    let (superseded, complete) = try pool.read { database in
      (try migrator.hasBeenSuperseded(database), try migrator.hasCompletedMigrations(database))
    }
    guard !superseded else {
      throw LedgerError(
        .newer, "the ledger \(path) was written by a later version of quench",
        remedy: "upgrade quench, or name another folder: QUENCH_HOME=/path quench …")
    }
    if !complete { try migrator.migrate(pool) }
    return pool
  }

  /// Makes an empty file that its owner alone can read; SQLite gives its companions the same mode.
  ///
  /// It never opens a file that exists: closing a descriptor drops all of this process's locks on the file, those of
  /// SQLite included.
  private static func create(_ path: FilePath) throws {
    do {
      try FileDescriptor.open(
        path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite
      ).close()
    } catch Errno.fileExists {
      return
    } catch {
      throw LedgerError.unwritable(path, "make the ledger", cause: error)
    }
  }

  /// Makes one change, whole or not at all, whether or not the calling task is cancelled.
  func write<Value: Sendable>(
    _ action: String, durability: Durability = .normal, _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(LedgerError) -> Value {
    let result: Result<Value, any Error> = await withCheckedContinuation { continuation in
      pool.asyncWriteWithoutTransaction { database in
        continuation.resume(returning: Result { try Self.commit(body, to: database, durability) })
      }
    }
    return try value(of: result, action)
  }

  /// Reads one consistent state of the ledger.
  func read<Value: Sendable>(
    _ action: String, _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(LedgerError) -> Value {
    let result: Result<Value, any Error> = await withCheckedContinuation { continuation in
      pool.asyncRead { database in
        continuation.resume(returning: Result { try body(try database.get()) })
      }
    }
    return try value(of: result, action)
  }

  private func value<Value>(of result: Result<Value, any Error>, _ action: String) throws(LedgerError) -> Value {
    do {
      return try result.get()
    } catch {
      throw LedgerError(error, whenTryingTo: action, ledger: path)
    }
  }

  private static func commit<Value>(
    _ body: (Database) throws -> Value, to database: Database, _ durability: Durability
  ) throws -> Value {
    // SQLite takes this setting between transactions only; there is one writing connection, and this is its turn.
    try database.execute(sql: "PRAGMA synchronous = \(durability.synchronous)")
    try database.beginTransaction(.immediate)
    do {
      let value = try body(database)
      try database.commit()
      return value
    } catch {
      if database.isInsideTransaction { try? database.rollback() }
      throw error
    }
  }
}
