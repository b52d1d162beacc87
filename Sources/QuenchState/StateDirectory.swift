import Foundation
import QuenchDiagnostics
import SystemPackage

/// Quench's own folder, `.quench/` beside `quench.yml` or `QUENCH_HOME`, and where in it things are.
public struct StateDirectory: Sendable, Hashable {
  /// The folder itself, absolute.
  public let root: FilePath

  /// Names the folder without making it.
  public init(root: FilePath) {
    self.root = root
  }

  /// The folder for a `quench.yml` in `folder`, unless the environment's `QUENCH_HOME` names another.
  public init(beside folder: FilePath, environment: [String: String] = ProcessInfo.processInfo.environment) {
    if let home = environment["QUENCH_HOME"], !home.isEmpty {
      let path = FilePath(home)
      root = path.isAbsolute ? path : FilePath(FileManager.default.currentDirectoryPath).pushing(path)
    } else {
      root = folder.appending(".quench")
    }
  }

  /// What happened: a SQLite database.
  public var ledger: FilePath { root.appending("ledger.sqlite") }
  /// The build store: an OCI image layout.
  public var store: FilePath { root.appending("store") }
  /// Checkouts and build folders, one per build slot.
  public var work: FilePath { root.appending("work") }
  /// One folder per instance.
  public var instances: FilePath { root.appending("instances") }
  /// Sockets and locks.
  public var run: FilePath { root.appending("run") }
  /// The logs of builds and suites.
  public var logs: FilePath { root.appending("logs") }
  /// What outlives every instance.
  public var data: FilePath { root.appending("data") }
  /// The data that the cold instances of the first service share, across promotions; never put back.
  public var coldData: FilePath { data.appending("cold") }
  /// The files of the dependencies that the cold instances of the first service share.
  public var coldDependencies: FilePath { data.appending("cold-dependencies") }

  /// What an instance, its hooks and its dependencies printed, after the instance was removed.
  public func logs(ofInstance id: String) -> FilePath { logs.appending("instances").appending(id) }

  /// What no command under test may read or write, but for the folders in it that are its own.
  public var protected: [FilePath] {
    [store, run, instances, logs, work, data] + ["", "-wal", "-shm"].map { FilePath(ledger.string + $0) }
  }

  /// The mode of the folders that lead to an instance: nobody else may enter them, unless Quench runs as root.
  ///
  /// Then a service or database that becomes another user has to reach its own folder, but may not look around.
  public static var mode: Int { geteuid() == 0 ? 0o711 : 0o700 }

  /// Makes the folder and its parts, readable by their owner alone, and has git ignore all of it.
  ///
  /// - Throws: `StateError` with code `state-unwritable` or `state-full`.
  public func prepare() throws(StateError) {
    do {
      for (folder, mode) in [
        (root, Self.mode), (instances, Self.mode), (store, 0o700), (work, 0o700), (run, 0o700), (logs, 0o700),
      ] {
        try FileManager.default.createDirectory(
          atPath: folder.string, withIntermediateDirectories: true, attributes: [.posixPermissions: mode])
      }
      let ignore = root.appending(".gitignore").string
      if !FileManager.default.fileExists(atPath: ignore) {
        try Data("*\n".utf8).write(to: URL(filePath: ignore), options: .atomic)
      }
    } catch {
      if SystemFailure(error)?.isDiskFull == true {
        throw StateError(
          .full, "the disk is full: cannot write Quench's folder \(root)",
          remedy: "free space (df -h '\(root.removingLastComponent())'), or name a folder on another disk: "
            + "QUENCH_HOME=/path quench …", cause: error)
      }
      throw StateError(
        .unwritable, "cannot write Quench's folder \(root)",
        remedy: "give this user write access there, or name another folder: QUENCH_HOME=/path quench …", cause: error)
    }
  }

  /// A service's name as a part of file names that any file system takes.
  public static func fileName(of service: String) -> String {
    let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-_."))
    return String((service.addingPercentEncoding(withAllowedCharacters: allowed) ?? service).prefix(200))
  }

  /// The lock that is held while a log, or what is in a folder of logs, is written.
  public func lock(ofLog path: FilePath) -> FileLock { lock("\(Self.logLocks)\(path.lastComponent?.string ?? "")") }

  private static let logLocks = "log-"
  private static let buildLocks = "build-"

  /// The lock that is held while the build with a key is made.
  public func lock(ofBuild key: String) -> FileLock { lock("\(Self.buildLocks)\(key)") }

  /// Removes the locks of builds and logs that nobody holds: those of what failed or was killed.
  ///
  /// - Returns: the keys of builds that are being made.
  @discardableResult public func removeFreeLocks() -> [String] {
    var held: [String] = []
    for name in (try? FileManager.default.contentsOfDirectory(atPath: run.string)) ?? [] where name.hasSuffix(".lock") {
      let isBuild = name.hasPrefix(Self.buildLocks)
      guard isBuild || name.hasPrefix(Self.logLocks) else { continue }
      let lock = FileLock(path: run.appending(name))
      // What cannot be asked counts as held.
      if let free = try? lock.tryAcquire(reason: "removing it") {
        unlink(lock.path.string)
        withExtendedLifetime(free) {}
      } else if isBuild {
        held.append(String(name.dropFirst(Self.buildLocks.count).dropLast(".lock".count)))
      }
    }
    return held
  }

  /// The lock with a name, in the run folder.
  public func lock(_ name: String) -> FileLock { FileLock(path: run.appending("\(name).lock")) }
}
