import Foundation
import SystemPackage

/// Remembers what tools said of their version, by the file that said it.
struct ToolVersions {
  /// For how long an answer counts: a launcher such as rustup's or swiftly's stays the same file when what it starts changes.
  static let lifetime: TimeInterval = 600
  static let limit = 200

  /// Which file it was.
  struct Stamp: Codable, Hashable {
    let path: String
    let size: Int64
    let modified: Int64

    /// The stamp of a file, following links; nil when it is gone.
    init?(of path: FilePath) {
      let resolved = path.withoutLinks ?? path
      guard let status = try? FolderListing.status(of: resolved) else { return nil }
      self.path = "\(path) \(resolved)"
      size = Int64(status.st_size)
      #if canImport(Darwin)
        let time = status.st_mtimespec
      #else
        let time = status.st_mtim
      #endif
      modified = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
  }

  /// A file's answer and when it was given.
  struct Entry: Codable, Hashable {
    let stamp: Stamp
    let version: String
    let read: Date

    var isFresh: Bool { (0..<ToolVersions.lifetime).contains(-read.timeIntervalSinceNow) }
  }

  private struct Document: Codable {
    var version = 1
    var entries: [Entry]
  }

  let path: FilePath

  /// What is remembered; nothing when it cannot be read.
  func read() -> [Entry] {
    guard let data = try? Data(contentsOf: URL(filePath: path.string)),
      let document = try? JSONDecoder().decode(Document.self, from: data), document.version == 1
    else { return [] }
    return document.entries
  }

  /// Remembers answers.
  ///
  /// One that is lost because two processes write at once is asked for again.
  func add(_ entries: [Entry]) {
    let stamps = Set(entries.map(\.stamp))
    let others = read().filter { $0.isFresh && !stamps.contains($0.stamp) }
    let document = Document(entries: Array((others + entries).suffix(Self.limit)))
    if let data = try? ImageDocuments.encode(document) { try? DurableFile.replace(path, with: data) }
  }
}
