import Foundation
import QuenchGit
import QuenchState
import SystemPackage

extension BuildStore {
  /// Where an artifact's bytes are, for who copies them elsewhere; nil when the store does not have them.
  public func archive(of digest: ArtifactDigest) -> FilePath? {
    let path = layout.layer(digest)
    return FileManager.default.fileExists(atPath: path.string) ? path : nil
  }

  /// Takes an artifact that was built elsewhere into the store.
  ///
  /// Its bytes are hashed and unpacked once, so that nothing gets in that could not be started.
  ///
  /// - Parameters:
  ///   - archive: a file with the artifact's bytes; it is copied.
  ///   - digest: what they have to hash to.
  ///   - key: what went into the build, as evidence has it.
  /// - Throws: `BuildError` with code `digest-mismatch`, `artifact-malformed`, `store-unwritable` or `disk-full`;
  ///   `CancellationError`.
  @discardableResult
  public func adopt(
    _ archive: FilePath, digest: ArtifactDigest, key: BuildKey, revision: ObjectID, tree: ObjectID, service: String,
    mode: Recipe.Mode, isolation: String
  ) async throws -> StoredBuild {
    let provenance = BuildProvenance(
      key: key, revision: revision, tree: tree, service: service, seconds: 0, mode: mode, isolation: isolation)
    let hold = try await hold(reason: "taking in \(digest)")
    let trial = try TemporaryDirectory()
    defer { trial.remove() }
    let written = try await DiskExecutor.run { [layout] in
      try ArchiveExtraction(archive: archive, digest: digest).unpack(to: trial.path.appending("artifact"))
      return try StoredImages(layout: layout).write(copyOf: archive, digest, provenance)
    }
    return try await enter(written, provenance, holding: hold, isOwn: false)
  }
}

extension StoredImages {
  /// Writes an image whose layer is a copy of an archive; one that changed while it was copied does not get in.
  fileprivate func write(
    copyOf archive: FilePath, _ digest: ArtifactDigest, _ provenance: BuildProvenance
  ) throws -> Written {
    let draft = DurableFile.draft(of: layout.drafts.appending("layer"))
    do {
      let target = try FileDescriptor.open(
        draft, .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
        permissions: [.ownerRead, .groupRead, .otherRead])
      let (size, found) = try target.closeAfter {
        var source = try HashingFile(archive)
        let size = Int64(try FolderListing.status(of: archive).st_size)
        guard try source.stream(size, { _ = try target.writeAll($0) }) else { throw Errno.ioError }
        try DurableFile.flush(target)
        return (size, try source.finish().digest)
      }
      guard found == digest else { throw ArchiveExtraction(archive: archive, digest: digest).mismatch(found) }
      try DurableFile.rename(draft, to: layout.layer(digest))
      return try write(layer: digest, size: size, provenance)
    } catch let error as Errno {
      DurableFile.remove(draft)
      throw BuildError.writing(layout.root, as: .storeUnwritable, error)
    } catch {
      DurableFile.remove(draft)
      throw error
    }
  }
}
