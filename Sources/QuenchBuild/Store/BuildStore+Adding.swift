import Crypto
import Foundation
import QuenchDiagnostics
import QuenchGit
import QuenchState
import SystemPackage

extension BuildStore {
  /// Stores an artifact and what is known of its build.
  ///
  /// Blobs come first, then the index, then the key: each is written whole to a draft and renamed, so that a reader never
  /// sees half of anything. A key that led to another artifact now leads to this one; the other stays, by its digest.
  ///
  /// - Throws: `BuildError` with code `store-unwritable`, `disk-full`, `output-unsupported` or `slot-unwritable`;
  ///   `CancellationError` when the task is cancelled. The store is then as it was.
  func add(_ content: ArtifactContent, _ provenance: BuildProvenance) async throws -> StoredBuild {
    let hold = try await hold(reason: "storing \(provenance.key)")
    let written = try await DiskExecutor.run { [layout] in try StoredImages(layout: layout).write(content, provenance) }
    return try await enter(written, provenance, holding: hold)
  }

  /// Has the index and the key name an image whose blobs are written.
  ///
  /// - Parameter isOwn: whether it was built here; the key of one that was not leads to no build of this machine's.
  func enter(
    _ written: StoredImages.Written, _ provenance: BuildProvenance, holding hold: FileLock.Held, isOwn: Bool = true
  ) async throws -> StoredBuild {
    let indexing = try await lock(layout.indexLock, .exclusive, reason: "storing \(provenance.key)")
    return try await DiskExecutor.run { [layout] in
      defer { withExtendedLifetime((hold, indexing)) {} }
      let images = StoredImages(layout: layout)
      try images.enter(written.descriptor, for: isOwn ? provenance.key : nil)
      layout.touch(written.digest)
      return StoredBuild(
        key: provenance.key, digest: written.digest, revision: provenance.revision, tree: provenance.tree,
        service: provenance.service, size: written.size, seconds: provenance.seconds, mode: provenance.mode,
        isolation: provenance.isolation, lastUsed: layout.lastUse(of: written.digest))
    }
  }
}

extension StoredImages {
  /// An image whose blobs are written, and which the index does not name yet.
  struct Written: Sendable {
    let descriptor: ImageDescriptor
    let digest: ArtifactDigest
    let size: Int64
  }

  fileprivate func write(_ content: ArtifactContent, _ provenance: BuildProvenance) throws -> Written {
    do {
      let (digest, size) = try writeLayer(content)
      return try write(layer: digest, size: size, provenance)
    } catch let error as Errno {
      throw BuildError.writing(layout.root, as: .storeUnwritable, error)
    }
  }

  /// Writes the documents of an image whose layer is written.
  func write(layer digest: ArtifactDigest, size: Int64, _ provenance: BuildProvenance) throws -> Written {
    do {
      let platform = ImagePlatform(architecture: Platform.current.architecture, os: Platform.current.os)
      let configuration = try writeDocument(
        ImageConfiguration(
          architecture: platform.architecture, os: platform.os, rootfs: .init(diffIDs: [digest.qualified])),
        type: ImageDescriptor.configurationType)
      let layer = ImageDescriptor(mediaType: ImageDescriptor.layerType, digest: digest.qualified, size: size)
      var manifest = try writeDocument(
        ImageManifest(config: configuration, layers: [layer], annotations: provenance.annotations),
        type: ImageDescriptor.manifestType)
      manifest.platform = platform
      // What people look for is repeated where a tool that lists the index shows it.
      manifest.annotations = [
        BuildAnnotation.reference.rawValue: provenance.key.description,
        BuildAnnotation.key.rawValue: provenance.key.description,
        BuildAnnotation.service.rawValue: provenance.service,
        BuildAnnotation.revision.rawValue: provenance.revision.description,
      ]
      return Written(descriptor: manifest, digest: digest, size: size)
    } catch let error as Errno {
      throw BuildError.writing(layout.root, as: .storeUnwritable, error)
    }
  }

  private func writeLayer(_ content: ArtifactContent) throws -> (ArtifactDigest, Int64) {
    let draft = DurableFile.draft(of: layout.drafts.appending("layer"))
    let file = try FileDescriptor.open(
      draft, .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
      permissions: [.ownerRead, .groupRead, .otherRead])
    do {
      let (digest, size) = try file.closeAfter {
        var writer = ArchiveWriter(to: file)
        for item in content.items { try writer.append(item.entry, from: item.source) }
        let digest = try writer.finish()
        try DurableFile.flush(file)
        return (digest, writer.size)
      }
      // A blob of this name is replaced, so that building again mends one that was damaged.
      try DurableFile.rename(draft, to: layout.layer(digest))
      return (digest, size)
    } catch {
      DurableFile.remove(draft)
      throw error
    }
  }

  private func writeDocument(_ document: some Encodable, type: String) throws -> ImageDescriptor {
    let data = try ImageDocuments.encode(document)
    let name = SHA256.hash(data: data).hexadecimal
    try DurableFile.replace(layout.blob(name), with: data)
    return ImageDescriptor(mediaType: type, digest: "sha256:\(name)", size: Int64(data.count))
  }

  fileprivate func enter(_ descriptor: ImageDescriptor, for key: BuildKey?) throws {
    var index = try index(), descriptor = descriptor
    let reference = BuildAnnotation.reference.rawValue
    if let key {
      index.manifests.removeAll { $0.digest == descriptor.digest }
      for number in index.manifests.indices
      where index.manifests[number].annotations?[reference] == key.description {
        // Two entries with one name would be one too many for the tools that look images up by it.
        index.manifests[number].annotations?[reference] = nil
      }
    } else {
      // What is there by its key already stays so.
      guard !index.manifests.contains(where: { $0.digest == descriptor.digest }) else { return }
      descriptor.annotations?[reference] = nil
    }
    index.manifests.append(descriptor)
    do {
      try DurableFile.replace(layout.index, with: ImageDocuments.encode(index))
      if let key { try DurableFile.replace(layout.key(key), with: Data("\(descriptor.digest)\n".utf8)) }
    } catch {
      throw BuildError.writing(layout.index, as: .storeUnwritable, error)
    }
  }
}
