import Foundation

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// A Git LFS pointer: the text that stands in a tree for a content kept elsewhere (git-lfs specification, v1).
struct LargeFile: Sendable {
  /// The SHA-256 of the content, in hexadecimal digits.
  let digest: String
  /// In bytes.
  let size: Int

  /// Reads a pointer; nil when the bytes are anything else.
  init?(parsing bytes: UnsafeRawBufferPointer) {
    let opening = "version https://git-lfs.github.com/spec/"
    guard bytes.count < 1024, bytes.starts(with: opening.utf8) else { return nil }
    var digest: String?
    var size: Int?
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      if line.hasPrefix("oid sha256:") { digest = String(line.dropFirst("oid sha256:".count)) }
      if line.hasPrefix("size ") { size = Int(line.dropFirst("size ".count)) }
    }
    guard let digest, let size, digest.count == 64, digest.allSatisfy(\.isHexDigit), size >= 0 else { return nil }
    self.digest = digest.lowercased()
    self.size = size
  }

  /// Where Git LFS keeps what it has fetched for a repository: `lfs.storage`, by default `lfs` in the git directory.
  static func directory(of handle: RepositoryHandle, _ configuration: Configuration?) -> FilePath {
    let storage = configuration?.path("lfs.storage").map { FilePath($0) } ?? "lfs"
    return handle.commonDirectory.pushing(storage).appending("objects")
  }

  /// Opens the content in `directory`, for reading.
  ///
  /// - Parameter shown: the path of the pointer, for messages.
  /// - Throws: `GitError` with `lfsPointer` when it is not there or has another size.
  func open(in directory: FilePath, shown: PathBytes) throws -> FileDescriptor {
    let path = directory.appending(String(digest.prefix(2))).appending(String(digest.dropFirst(2).prefix(2)))
      .appending(digest)
    let file: FileDescriptor
    do {
      file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
    } catch {
      throw GitError(
        .lfsPointer, "\(shown.text) is a Git LFS pointer, and its content of \(size) bytes is not in \(directory)",
        remedy: "git lfs fetch --all (a pointer meant as text: mark it -filter in .gitattributes)", cause: error)
    }
    var status = stat()
    guard fstat(file.rawValue, &status) == 0, Int(status.st_size) == size else {
      try? file.close()
      throw damaged(shown)
    }
    return file
  }

  /// The error for a content that is not what its name says.
  func damaged(_ shown: PathBytes) -> GitError {
    GitError(
      .lfsPointer, "the Git LFS content of \(shown.text) is damaged: it is not the one named \(digest)",
      remedy: "git lfs fsck, then git lfs fetch")
  }
}
