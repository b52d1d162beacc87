import Foundation
import QuenchProcesses
import QuenchState
import SystemPackage

/// What cleaning a store removed, and what is left.
public struct StoreCleaning: Sendable, Equatable {
  /// The artifacts that were removed, what was used longest ago first.
  public var removed: [ArtifactDigest] = []
  /// How many files without a meaning were removed: drafts of killed writers, blobs that nothing refers to.
  public var debris = 0
  /// How many bytes that freed.
  public var freedBytes: Int64 = 0
  /// How many bytes the store has now.
  public var keptBytes: Int64 = 0
}

extension BuildStore {
  /// Removes what killed writers left, and artifacts: those unused for longer than `age`, then those used longest ago
  /// until the store has no more than `limitBytes`.
  ///
  /// It waits until nothing is being read or written, and nothing is meanwhile.
  ///
  /// - Parameters:
  ///   - live: the artifacts that stay in any case, asked for when nobody else uses the store any more: what was
  ///     looked up before is then either held, or live.
  ///   - limitBytes: how many bytes the store may have; nil for any number.
  ///   - age: how long an artifact may go unused; nil for any time.
  ///   - now: the time that ages count from.
  ///   - onWait: told once when somebody uses the store.
  /// - Throws: `BuildError` with code `store-unreadable`, `store-unwritable` or `disk-full`; `CancellationError`.
  public func gc(
    keeping live: @escaping @Sendable () throws -> Set<ArtifactDigest>, limitBytes: Int64? = nil,
    olderThan age: Duration? = nil, now: Date = Date(), onWait: (@Sendable (String) -> Void)? = nil
  ) async throws -> StoreCleaning {
    guard layout.exists else { return StoreCleaning() }
    try layout.prepare()
    let alone = try await lock(layout.useLock, .exclusive, reason: "cleaning the build store", onWait: onWait)
    let indexing = try await lock(layout.indexLock, .exclusive, reason: "cleaning the build store")
    let oldest = age.map { now.addingTimeInterval(-$0.seconds) }
    return try await DiskExecutor.run { [layout] in
      defer { withExtendedLifetime((alone, indexing)) {} }
      return try StoreSweep(layout: layout, live: live(), limitBytes: limitBytes, oldest: oldest).run()
    }
  }
}

/// One cleaning of a store that nobody else uses meanwhile.
private struct StoreSweep {
  let layout: StoreLayout
  let live: Set<ArtifactDigest>
  let limitBytes: Int64?
  let oldest: Date?

  /// An artifact with the images that are made of it.
  private struct Artifact {
    var images: [ImageDescriptor] = []
    var blobs: Set<String> = []
    var keys: Set<BuildKey> = []
  }

  func run() throws -> StoreCleaning {
    let images = StoredImages(layout: layout)
    var index = try images.index()
    var artifacts: [ArtifactDigest: Artifact] = [:]
    var foreign: Set<String> = []
    var broken: Set<String> = []
    for descriptor in index.manifests {
      let manifest = images.manifest(descriptor.digest)
      guard let build = images.build(descriptor) else {
        if descriptor.annotations?[BuildAnnotation.key.rawValue] == nil {
          // Images that Quench did not make are not its to remove.
          foreign.formUnion(Self.blobs(descriptor, manifest))
        } else {
          broken.insert(descriptor.digest)
        }
        continue
      }
      artifacts[build.digest, default: Artifact()].images.append(descriptor)
      artifacts[build.digest, default: Artifact()].blobs.formUnion(Self.blobs(descriptor, manifest))
      artifacts[build.digest, default: Artifact()].keys.insert(build.key)
    }
    let sizes = Dictionary(try images.blobs().map { ($0.name, $0.size) }) { one, _ in one }
    var cleaning = StoreCleaning()
    cleaning.removed = choose(artifacts, sizes, foreign)

    let gone = broken.union(cleaning.removed.flatMap { artifacts[$0]?.images.map(\.digest) ?? [] })
    let going = Set(cleaning.removed.flatMap { artifacts[$0]?.blobs ?? [] })
    index.manifests.removeAll { gone.contains($0.digest) }
    if !gone.isEmpty {
      do {
        try DurableFile.replace(layout.index, with: ImageDocuments.encode(index))
      } catch {
        throw BuildError.writing(layout.index, as: .storeUnwritable, error)
      }
    }
    // The index no longer names them; a kill from here on leaves blobs that the next cleaning finds.
    for digest in cleaning.removed { artifacts[digest] = nil }
    removeStrays(keeping: artifacts)
    try mendKeys(index)
    let kept = foreign.union(artifacts.values.flatMap(\.blobs)).union(live.map(\.description))
    for (name, size) in sizes where !kept.contains(name) {
      DurableFile.remove(layout.blob(name))
      cleaning.freedBytes += size
      if !going.contains(name) { cleaning.debris += 1 }
    }
    cleaning.debris += removeDrafts(&cleaning.freedBytes)
    cleaning.keptBytes = sizes.filter { kept.contains($0.key) }.values.reduce(0, +)
    return cleaning
  }

  /// What is to go, what was used longest ago first.
  private func choose(
    _ artifacts: [ArtifactDigest: Artifact], _ sizes: [String: Int64], _ foreign: Set<String>
  ) -> [ArtifactDigest] {
    let used = artifacts.keys.map { ($0, layout.lastUse(of: $0)) }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    // What nothing refers to goes in any case, so it does not count.
    let referred = foreign.union(artifacts.values.flatMap(\.blobs)).union(live.map(\.description))
    var total = sizes.filter { referred.contains($0.key) }.values.reduce(0, +)
    var chosen: [ArtifactDigest] = []
    for (digest, last) in used where !live.contains(digest) {
      let isOld = oldest.map { last < $0 } ?? false
      let isTooMuch = limitBytes.map { total > $0 } ?? false
      guard isOld || isTooMuch else { continue }
      chosen.append(digest)
      total -= sizes[digest.description] ?? 0
    }
    return chosen
  }

  private static func blobs(_ descriptor: ImageDescriptor, _ manifest: ImageManifest?) -> Set<String> {
    let descriptors = [descriptor] + (manifest.map { [$0.config] + $0.layers } ?? [])
    return Set(descriptors.compactMap { ArtifactDigest($0.digest)?.description })
  }

  /// Lets each key name what the index has for it, where a writer was killed between the two.
  private func mendKeys(_ index: ImageIndex) throws {
    for descriptor in index.manifests {
      guard let key = descriptor.annotations?[BuildAnnotation.reference.rawValue].flatMap({ BuildKey($0) }) else {
        continue
      }
      let line = Data("\(descriptor.digest)\n".utf8)
      guard (try? Data(contentsOf: URL(filePath: layout.key(key).string))) != line else { continue }
      do {
        try DurableFile.replace(layout.key(key), with: line)
      } catch {
        throw BuildError.writing(layout.key(key), as: .storeUnwritable, error)
      }
    }
  }

  /// Removes the keys and stamps of what is no longer there.
  private func removeStrays(keeping artifacts: [ArtifactDigest: Artifact]) {
    let keys = Set(artifacts.values.flatMap(\.keys).map(\.description))
    for name in (try? FolderListing.names(in: layout.keys)) ?? []
    where !keys.contains(name.string) && !name.string.hasSuffix(DurableFile.draftSuffix) {
      DurableFile.remove(layout.keys.appending(name))
    }
    let digests = Set(artifacts.keys.map(\.description)).union(live.map(\.description))
    for name in (try? FolderListing.names(in: layout.stamps)) ?? [] where !digests.contains(name.string) {
      DurableFile.remove(layout.stamps.appending(name))
    }
  }

  /// Removes the drafts: with the store's lock held, nobody is writing one.
  private func removeDrafts(_ freed: inout Int64) -> Int {
    var count = 0
    for folder in [layout.root, layout.keys, layout.drafts] {
      for name in (try? FolderListing.names(in: folder)) ?? [] where name.string.hasSuffix(DurableFile.draftSuffix) {
        let path = folder.appending(name)
        freed += (try? FolderListing.status(of: path)).map { Int64($0.st_size) } ?? 0
        DurableFile.remove(path)
        count += 1
      }
    }
    return count
  }
}
