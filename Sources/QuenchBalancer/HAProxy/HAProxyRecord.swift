import Foundation
import SystemPackage

/// What is known of a running HAProxy besides what it says itself (`quench.haproxy/v1`), for whoever drives it next.
struct HAProxyRecord: Codable, Sendable {
  static let schema = "quench.haproxy/v1"
  static let file = "balancer.json"

  var schema = HAProxyRecord.schema
  /// The table that counts.
  var table: RoutingTable?
  /// The port of each listener, by id.
  var ports: [String: Int] = [:]
  /// The configuration that it runs with.
  var configuration = ""
  /// How its checks are paced.
  var pace = CheckPace()
  /// Counts up with each process that was started.
  var process = 0
  /// When the process was started.
  var since = Date(timeIntervalSince1970: 0)
  /// Counts up with each change that is told.
  var change = 0
  /// The health of each backend when it was last looked at, by id.
  var health: [String: BackendStatus.Health] = [:]
  /// Who served each listener then, by its id.
  var serving: [String: Serving] = [:]
  /// How each listener that speaks TLS does, by its id.
  var certificates: [String: TLSStatus]?
  /// The switches that were seen.
  var switches = SwitchRecord()
  /// The backends that requests failed with, by ``HAProxyRecord/name(of:)``.
  private(set) var ejected: [String: Ejection]?

  init() {}

  /// A backend's name among those that requests failed with.
  static func name(of backend: Backend) -> String { "\(backend.id) \(backend.revision)" }

  /// What is known of failures with a backend.
  subscript(backend: Backend) -> Ejection? {
    get { ejected?[Self.name(of: backend)] }
    set {
      var all = ejected ?? [:]
      all[Self.name(of: backend)] = newValue
      ejected = all
    }
  }

  /// Why a backend gets no requests for now; nil when it may have some.
  func holdingOut(_ backend: Backend) -> Ejection? { self[backend].flatMap { $0.isOver ? nil : $0 } }

  /// Reads the record in a folder; nil when there is none.
  ///
  /// - Throws: `BalancerError` with code `protocol-unknown` when it cannot be understood.
  init?(in folder: FilePath) throws(BalancerError) {
    let path = folder.appending(Self.file).string
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    do {
      self = try JSONDecoder().decode(Self.self, from: data)
    } catch {
      throw BalancerError(
        .protocolUnknown, "the record \(path) of the balancer cannot be read",
        remedy: "quench down, then start again", cause: error)
    }
    guard schema == Self.schema else {
      throw BalancerError(
        .protocolUnknown, "the record \(path) is of format \(schema) instead of \(Self.schema)",
        remedy: "quench down with the version of Quench that started the balancer")
    }
  }

  /// Writes the record, whole or not at all.
  ///
  /// - Throws: `BalancerError` with code `engine-failed`.
  func write(in folder: FilePath) throws(BalancerError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    do {
      try PrivateFile.write(encoder.encode(self), to: folder.appending(Self.file))
    } catch let error as BalancerError {
      throw error
    } catch {
      throw BalancerError(.engineFailed, "cannot write the record of the balancer in \(folder)", cause: error)
    }
  }

  /// The file that says which process of the system it is.
  func processRecord(in folder: FilePath) -> FilePath { folder.appending("process-\(process).json") }

  /// The number of the process that a file of this name is the record of; nil when it is of none.
  static func number(ofProcessRecord name: String) -> Int? {
    guard name.hasPrefix("process-"), name.hasSuffix(".json") else { return nil }
    return Int(name.dropFirst(8).dropLast(5))
  }
}

/// A file that nobody but its owner can read.
enum PrivateFile {
  /// Replaces a file's content: whoever reads it meanwhile gets the old or the new.
  ///
  /// - Throws: `BalancerError` with code `engine-failed`.
  static func write(_ data: Data, to path: FilePath) throws(BalancerError) {
    let draft = FilePath(path.string + ".new")
    do {
      unlink(draft.string)
      let file = try FileDescriptor.open(
        draft, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec, .noFollow],
        permissions: [.ownerReadWrite])
      try file.closeAfter { _ = try file.writeAll(data) }
      guard rename(draft.string, path.string) == 0 else { throw Errno(rawValue: errno) }
    } catch {
      unlink(draft.string)
      throw BalancerError(.engineFailed, "cannot write \(path)", remedy: "df -h '\(path)'", cause: error)
    }
  }
}
