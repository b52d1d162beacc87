import Foundation
import SystemPackage

/// Reads an event stream from the file that the tests are still writing.
///
/// The file is made before the tests start and stays open, so that nothing else put in its place is ever read.
actor EventStreamFile {
  /// What is read of one stream at most, in bytes: 512 MiB.
  static let limit: Int64 = 512 << 20

  private let file: FileDescriptor
  private let path: FilePath
  private var offset: Int64 = 0
  private(set) var reader: EventStreamReader
  private let onUpdate: @Sendable (TestUpdate) -> Void

  init(at path: FilePath, package: FilePath, onUpdate: @escaping @Sendable (TestUpdate) -> Void)
    throws(SuiteError)
  {
    do {
      file = try FileDescriptor.open(
        path, .readWrite, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
        permissions: [.ownerRead, .ownerWrite])
    } catch {
      throw SuiteError(.logsUnwritable, "cannot make the event stream \(path)", cause: error)
    }
    self.path = path
    reader = EventStreamReader(package: package)
    self.onUpdate = onUpdate
  }

  deinit {
    try? file.close()
  }

  /// Whether the stream went past the limit, so that its end was not read.
  var isTooLong: Bool { offset >= Self.limit }

  /// Reads what was written since the last time.
  func readOn() { while readPiece() {} }

  /// Reads the next 64 KiB at most.
  ///
  /// - Returns: whether there may be more.
  private func readPiece() -> Bool {
    guard offset < Self.limit else { return false }
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    let position = offset
    guard let count = try? buffer.withUnsafeMutableBytes({ try file.read(fromAbsoluteOffset: position, into: $0) }),
      count > 0
    else { return false }
    offset += Int64(count)
    for update in reader.append(buffer.prefix(count)) { onUpdate(update) }
    return true
  }

  /// Takes the stream away; what was read of it stays.
  func remove() { unlink(path.string) }

  /// Reads on until cancelled, as long as the tests run.
  func follow() async {
    while !Task.isCancelled {
      // Piece by piece, so that others get their turn, and the end of the tests is seen, while a stream is long.
      while !Task.isCancelled, readPiece() { await Task.yield() }
      try? await Task.sleep(for: .milliseconds(50))
    }
  }

  /// The results; see `EventStreamReader.finish`.
  func finish(unfinished: TestResult.Result, message: String?) -> [TestResult] {
    readOn()
    return reader.finish(unfinished: unfinished, message: message)
  }
}
