import SystemPackage

/// Ties processes to the one that started them: they end when it does, however it ends.
///
/// A lifeline is a pipe. The launchers hold its reading end; its writing end lives in this process alone, so the kernel
/// closes it even after a SIGKILL, and the launchers then end their sessions.
public final class Lifeline: Sendable {
  let readingEnd: FileDescriptor
  private let writingEnd: FileDescriptor

  /// Makes a lifeline that holds for as long as the object lives.
  ///
  /// - Throws: `Errno` when no pipe can be had.
  public init() throws {
    (readingEnd, writingEnd) = try FileDescriptor.pipe(options: [.closeOnExec])
  }

  deinit {
    try? readingEnd.close()
    try? writingEnd.close()
  }
}
