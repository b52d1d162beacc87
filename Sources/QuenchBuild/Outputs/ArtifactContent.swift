import Foundation
import SystemPackage

/// Everything that goes into an artifact, in the order it is stored.
struct ArtifactContent {
  /// An entry and where its bytes are.
  struct Item {
    let entry: ArchiveEntry
    let source: FilePath
  }

  /// The items, by the bytes of their names.
  let items: [Item]

  /// Lists the outputs and all that is in them.
  ///
  /// - Throws: `BuildError` with code `output-escapes` for a link to what is not part of the artifact,
  ///   `output-unsupported` for what is neither file, folder nor link, `slot-unwritable` for what cannot be read.
  init(of list: OutputList) throws {
    var items: [Item] = []
    do {
      for output in list.outputs {
        try Self.collect(output.path, named: FilePath(root: nil, [output.name]), list, into: &items)
      }
    } catch let error as Errno {
      throw BuildError(
        .slotUnwritable, "cannot read the outputs in \(list.tree)", remedy: "ls -lR \(list.tree)", cause: error)
    }
    self.items = items.sorted { $0.entry.name.lexicographicallyPrecedes($1.entry.name) }
  }

  private static func collect(
    _ path: FilePath, named name: FilePath, _ list: OutputList, into items: inout [Item]
  ) throws {
    let status = try FolderListing.status(of: path)
    let kind: ArchiveEntry.Kind
    switch status.st_mode & S_IFMT {
    case S_IFDIR: kind = .folder
    case S_IFREG: kind = .file(size: Int64(status.st_size), isExecutable: status.st_mode & 0o111 != 0)
    case S_IFLNK: kind = .link(target: try ArtifactLink(path: path, name: name, list: list).target())
    default:
      throw BuildError(
        .outputUnsupported, "\(path) is a socket, a device or a pipe, which an artifact cannot hold",
        remedy: "have the build remove it, or name the files to keep in service.outputs")
    }
    let entry = ArchiveEntry(name: name.bytes, kind: kind)
    if let danger = entry.danger {
      throw BuildError(.outputUnsupported, "\(path) cannot be stored: it has \(danger)", remedy: "rename it")
    }
    items.append(Item(entry: entry, source: path))
    guard kind == .folder else { return }
    for child in try FolderListing.names(in: path) {
      try collect(path.appending(child), named: name.appending(child), list, into: &items)
    }
  }
}
