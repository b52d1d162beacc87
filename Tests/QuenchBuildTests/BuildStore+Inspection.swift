@testable import QuenchBuild

extension BuildStore {
  /// Everything in the store, what was used last first.
  func builds() async throws -> [StoredBuild] {
    guard layout.exists else { return [] }
    let images = StoredImages(layout: layout)
    return try images.index().manifests.compactMap { images.build($0) }.sorted { $0.lastUsed > $1.lastUsed }
  }

  /// How many bytes the store's blobs have.
  func size() async throws -> Int64 {
    guard layout.exists else { return 0 }
    return try StoredImages(layout: layout).blobs().reduce(0) { $0 + $1.size }
  }

  /// Whether an artifact's bytes are those of its digest.
  func isWhole(_ digest: ArtifactDigest) throws -> Bool {
    var file = try HashingFile(layout.layer(digest))
    return try file.finish().digest == digest
  }
}
