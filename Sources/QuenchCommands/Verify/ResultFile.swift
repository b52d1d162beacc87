import Foundation
import QuenchDiagnostics
import QuenchReports
import SystemPackage

/// A place that a command line names for a result.
///
/// A regular file is written whole or not at all, and what is a link to one stays that link. Everything else takes what
/// is written to it: a named pipe, a terminal, `/dev/stdout`.
struct ResultFile: Sendable {
  let path: FilePath

  /// How long a named pipe may be without a reader.
  private static let patience: Duration = .seconds(10)

  private enum Kind {
    case file(FilePath)
    case stream(FilePath)
    case descriptor(FileDescriptor)
  }

  /// Names a place, relative to the working directory.
  init(_ path: String) {
    self.path = FilePath(FileManager.default.currentDirectoryPath).pushing(FilePath(path))
  }

  init(_ path: FilePath) { self.path = path }

  /// Whether what is written to it is this process's standard output.
  var isStandardOutput: Bool {
    if case .descriptor(.standardOutput) = try? kind() { true } else { false }
  }

  /// Whether it can be written again in place of what it held before.
  var isReplaceable: Bool {
    if case .file = try? kind() { true } else { false }
  }

  /// Makes sure that it can be written, and makes the folder it is to be in.
  ///
  /// - Throws: `ResultFileError`.
  func check() throws(ResultFileError) {
    do {
      switch try kind() {
      case .file(let path): try checkFile(path)
      case .stream(let path):
        guard access(path.string, W_OK) == 0 else { throw Errno(rawValue: errno) }
      case .descriptor(let file):
        let flags = fcntl(file.rawValue, F_GETFL)
        guard flags >= 0, flags & O_ACCMODE != O_RDONLY else { throw Errno.badFileDescriptor }
      }
    } catch {
      throw ResultFileError(path: path, cause: error)
    }
  }

  /// Writes `data` to it.
  ///
  /// - Throws: `ResultFileError`.
  func write(_ data: Data) async throws(ResultFileError) {
    do {
      switch try kind() {
      case .file(let path): try replace(path, by: data)
      case .stream(let path):
        let file = try await open(path)
        _ = try file.closeAfter { try file.writeAll(data) }
      case .descriptor(let file):
        // A job's log is read by the CI system, whatever is written to it.
        let system = CISystem(environment: ProcessInfo.processInfo.environment)
        let text = system.map { Data($0.harmless(String(decoding: data, as: UTF8.self)).utf8) }
        _ = try file.writeAll(text ?? data)
      }
    } catch {
      throw ResultFileError(path: path, cause: error)
    }
  }

  /// What the path leads to.
  ///
  /// A link is followed here and not by the kernel, so that the file it leads to can be replaced. The kernel's own links
  /// to descriptors lead to nothing that has a name, but to what is open.
  private func kind() throws -> Kind {
    var path = path
    for _ in 0..<40 {
      if let file = Self.descriptor(named: path) { return .descriptor(file) }
      var status = stat()
      guard lstat(path.string, &status) == 0 else { return .file(path) }
      switch status.st_mode & S_IFMT {
      case S_IFREG: return .file(path)
      case S_IFDIR: throw Errno.isDirectory
      case S_IFLNK:
        let target = try FileManager.default.destinationOfSymbolicLink(atPath: path.string)
        path = path.removingLastComponent().pushing(FilePath(target))
      default: return .stream(path)
      }
    }
    throw Errno.tooManySymbolicLinkLevels
  }

  private static func descriptor(named path: FilePath) -> FileDescriptor? {
    guard ["/dev/fd", "/proc/self/fd"].contains(path.removingLastComponent().string) else { return nil }
    return path.lastComponent.flatMap { Int32($0.string) }.map(FileDescriptor.init(rawValue:))
  }

  private func checkFile(_ path: FilePath) throws {
    do {
      try ArtifactsFolder.make(path.removingLastComponent())
    } catch {
      // A file in a folder that takes no other can still be written itself.
      guard access(path.string, W_OK) == 0 else { throw error }
    }
  }

  private func replace(_ path: FilePath, by data: Data) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: path.removingLastComponent().string, withIntermediateDirectories: true)
      try data.write(to: URL(filePath: path.string), options: .atomic)
    } catch {
      // Where a container has a single file mounted, nothing can be put in its place.
      guard [EACCES, EPERM, EROFS, EBUSY].contains(SystemFailure(error)?.number),
        let file = try? FileDescriptor.open(path, .writeOnly, options: [.truncate, .closeOnExec])
      else { throw error }
      _ = try file.closeAfter { try file.writeAll(data) }
    }
  }

  /// Opens what takes a stream; a named pipe when it has a reader.
  private func open(_ path: FilePath) async throws -> FileDescriptor {
    let end = ContinuousClock.now + Self.patience
    while true {
      do {
        let file = try FileDescriptor.open(path, .writeOnly, options: [.nonBlocking, .closeOnExec])
        // A reader that is slow is waited for.
        _ = fcntl(file.rawValue, F_SETFL, fcntl(file.rawValue, F_GETFL) & ~O_NONBLOCK)
        return file
      } catch Errno.noSuchAddressOrDevice where ContinuousClock.now < end && !Task.isCancelled {
        // Nothing tells of a pipe's first reader but that it can be opened.
        try? await Task.sleep(for: .milliseconds(50))
      }
    }
  }
}

/// That a result cannot be written where it was asked for.
struct ResultFileError: Diagnostic {
  enum Code: String, Sendable, CaseIterable {
    /// It cannot be written there.
    case unwritable = "result-unwritable"
    /// There is something else under the name.
    case wrongKind = "result-wrong-kind"
  }

  let path: FilePath
  let cause: (any Error)?
  var code: Code {
    [EISDIR, ENOTDIR].contains(number) ? .wrongKind : .unwritable
  }
  var message: String {
    number == ENXIO ? "cannot write \(path): nobody reads this pipe" : "cannot write \(path)"
  }
  var remedy: String? { "name a place this user can write" }
  /// A name of something else is wrong usage.
  var exitStatus: ExitStatus { code == .wrongKind ? .usage : .error }

  private var number: Int32? { (cause as? Errno)?.rawValue ?? cause.flatMap { SystemFailure($0)?.number } }
}
