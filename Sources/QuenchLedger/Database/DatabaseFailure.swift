import GRDB
import QuenchEvidence
import QuenchState
import SystemPackage

extension LedgerError {
  /// Says what an error from below means for the ledger at `path`.
  ///
  /// - Parameter action: what was being done, as in `cannot <action>`.
  init(_ error: any Error, whenTryingTo action: String, ledger path: FilePath) {
    switch error {
    case let error as LedgerError:
      self = error
    case let error as StateError:
      self = .unwritable(path, action, cause: error)
    case let error as EvidenceError where error.code == .documentUnwritable:
      self.init(.unrecordable, "cannot \(action)", cause: error)
    case let error as DatabaseError:
      self.init(error, whenTryingTo: action, ledger: path)
    default:
      self.init(.failed, "cannot \(action) in the ledger \(path)", cause: error)
    }
  }

  private init(_ error: DatabaseError, whenTryingTo action: String, ledger path: FilePath) {
    switch error.resultCode {
    case .SQLITE_NOTADB, .SQLITE_CORRUPT:
      self = .corrupt(path, "the ledger \(path) is not a database or is damaged", cause: error)
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(
        .busy, "cannot \(action): another process keeps the ledger \(path) locked",
        remedy: "see who holds it: fuser '\(path)'", cause: error)
    case .SQLITE_FULL:
      self.init(
        .full, "cannot \(action): the disk of the ledger \(path) is full",
        remedy: "free space: quench gc, or df -h '\(path.removingLastComponent())'", cause: error)
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_IOERR:
      self = .unwritable(path, action, cause: error)
    default:
      self.init(.failed, "cannot \(action) in the ledger \(path)", cause: error)
    }
  }

  static func unwritable(_ path: FilePath, _ action: String, cause: any Error) -> LedgerError {
    LedgerError(
      .unwritable, "cannot \(action): the ledger \(path) cannot be written",
      remedy: "give this user write access there, or name another folder: QUENCH_HOME=/path quench …", cause: cause)
  }

  static func corrupt(_ path: FilePath, _ message: String, cause: (any Error)? = nil) -> LedgerError {
    // The log beside a database must move with it, or SQLite would apply it to the next file of that name.
    let aside = "\(path).damaged"
    return LedgerError(
      .corrupt, message, remedy: "move it aside: mkdir '\(aside)' && mv '\(path)' '\(path)'-* '\(aside)'", cause: cause)
  }
}
