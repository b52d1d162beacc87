import Foundation
import SystemPackage

/// Unpacks an archive into a folder and hashes it, in one reading.
struct ArchiveExtraction {
  /// The archive.
  let archive: FilePath
  /// The digest it must have.
  let digest: ArtifactDigest

  /// Unpacks to a draft beside `destination`, which becomes it when the hash agrees, and is removed when it does not.
  ///
  /// - Throws: what ``fill(_:)`` throws.
  func unpack(to destination: FilePath) throws {
    let draft = DurableFile.draft(of: destination)
    do {
      try FileManager.default.createDirectory(atPath: draft.string, withIntermediateDirectories: true)
      try fill(draft)
      guard rename(draft.string, destination.string) == 0 else { throw Errno(rawValue: errno) }
    } catch {
      try? FileManager.default.removeItem(atPath: draft.string)
      if error is CancellationError { throw error }
      throw BuildError.writing(destination, as: .destinationUnwritable, error)
    }
  }

  /// Fills the empty folder `folder`; what is there when this throws is not to be used.
  ///
  /// Files become read-only, since an artifact is never changed; folders stay writable, since instances put their data there.
  ///
  /// - Throws: `BuildError` with code `digest-mismatch`, `artifact-malformed`, `destination-unwritable`, `disk-full` or
  ///   `store-unreadable`; `CancellationError` when the task is cancelled.
  func fill(_ folder: FilePath) throws {
    do {
      try reading { try unpack(into: folder) }
    } catch let error as Errno {
      throw BuildError.writing(folder, as: .destinationUnwritable, error)
    }
  }

  private func unpack(into folder: FilePath) throws {
    let root = try FileDescriptor.open(folder, .readOnly, options: [.directory, .noFollow, .closeOnExec])
    defer { try? root.close() }
    var reader = try openArchive()
    var flaw: ArchiveHeader.Flaw?
    do {
      while let entry = try reader.next() { try write(entry, &reader, root) }
    } catch let found as ArchiveHeader.Flaw {
      flaw = found
    }
    let (rest, found) = try reader.finish()
    // An altered artifact is called that, whatever its alteration made of the archive.
    guard found == digest else { throw mismatch(found) }
    if rest > 0 { flaw = flaw ?? ArchiveHeader.Flaw("bytes after its end") }
    if let flaw { throw malformed(flaw) }
  }

  /// The error for an artifact that the store does not hold.
  var missing: BuildError {
    BuildError(
      .artifactMissing, "the build store does not hold the artifact \(digest)",
      remedy: "build its revision: quench verify REV")
  }

  private func openArchive() throws -> ArchiveReader {
    do {
      return try ArchiveReader(archive)
    } catch Errno.noSuchFileOrDirectory {
      throw missing
    } catch {
      throw unreadable(error)
    }
  }

  private func reading<Value>(_ read: () throws -> Value) throws -> Value {
    do { return try read() } catch let error as HashingFile.ReadFailure { throw unreadable(error.cause) }
  }

  func unreadable(_ error: any Error) -> BuildError {
    BuildError(.storeUnreadable, "cannot read \(archive)", remedy: "ls -l \(archive)", cause: error)
  }

  func mismatch(_ found: ArtifactDigest) -> BuildError {
    BuildError(
      .digestMismatch, "\(archive) is not the artifact it is named for: its bytes hash to \(found)",
      remedy: "build it again: quench verify REV --again")
  }

  private func malformed(_ flaw: ArchiveHeader.Flaw) -> BuildError {
    BuildError(
      .artifactMalformed, "the artifact \(digest) is not an archive of Quench's: it has \(flaw)",
      remedy: "build it again: quench verify REV --again")
  }

  private func write(_ entry: ArchiveEntry, _ reader: inout ArchiveReader, _ root: FileDescriptor) throws {
    let name = entry.name.map { CChar(bitPattern: $0) } + [0]
    switch entry.kind {
    case .folder:
      guard mkdirat(root.rawValue, name, 0o755) == 0 else { throw Errno(rawValue: errno) }
    case .link(let target):
      let target = target.map { CChar(bitPattern: $0) } + [0]
      guard symlinkat(target, root.rawValue, name) == 0 else { throw Errno(rawValue: errno) }
    case .file(_, let isExecutable):
      let mode: mode_t = isExecutable ? 0o555 : 0o444
      let descriptor = openat(root.rawValue, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
      guard descriptor >= 0 else { throw Errno(rawValue: errno) }
      let file = FileDescriptor(rawValue: descriptor)
      try file.closeAfter {
        try reader.content { _ = try file.writeAll($0) }
        // The runner's umask is not to decide who can run the service.
        guard fchmod(descriptor, mode) == 0 else { throw Errno(rawValue: errno) }
      }
    }
  }
}
