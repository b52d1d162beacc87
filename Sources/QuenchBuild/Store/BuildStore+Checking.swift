import Foundation
import QuenchState
import SystemPackage

extension BuildStore {
  /// Reads an artifact to its end and makes sure that its bytes hash to its digest.
  ///
  /// - Returns: how many bytes it has.
  /// - Throws: `BuildError` with code `artifact-missing`, `digest-mismatch` or `store-unreadable`; `CancellationError`
  ///   when the task is cancelled.
  @discardableResult
  public func check(_ digest: ArtifactDigest) async throws -> Int64 {
    let extraction = ArchiveExtraction(archive: layout.layer(digest), digest: digest)
    guard layout.exists else { throw extraction.missing }
    let hold = try await hold(reason: "checking \(digest)")
    return try await DiskExecutor.run { [layout] in
      defer { withExtendedLifetime(hold) {} }
      do {
        var file = try HashingFile(layout.layer(digest))
        let (size, found) = try file.finish()
        guard found == digest else { throw extraction.mismatch(found) }
        layout.touch(digest)
        return size
      } catch Errno.noSuchFileOrDirectory {
        throw extraction.missing
      } catch let failure as HashingFile.ReadFailure {
        throw extraction.unreadable(failure.cause)
      } catch let error as Errno {
        throw extraction.unreadable(error)
      }
    }
  }
}
