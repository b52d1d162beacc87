import SystemPackage

/// A symbolic link in an output, and what it is to point at in the artifact.
///
/// What is tested is what ships, so a link may not lead back into the build slot, whose content the next build changes.
struct ArtifactLink {
  /// Where the link is.
  let path: FilePath
  /// Its name in the artifact.
  let name: FilePath
  /// The outputs that make up the artifact.
  let list: OutputList

  /// The link's target in the artifact.
  ///
  /// One to another part of the artifact becomes relative; an absolute one to the machine itself (`/usr/bin/python3`) stays.
  ///
  /// - Throws: `BuildError` with code `output-escapes`, or `Errno` when the link cannot be read.
  func target() throws -> [UInt8] {
    let written = try FolderListing.target(of: path)
    let place = FilePath(bytes: written)
    let whole = path.removingLastComponent().pushing(place).lexicallyNormalized()
    guard let output = list.outputs.first(where: { whole.starts(with: $0.path) }) else {
      let isElsewhere = place.isAbsolute && !whole.starts(with: list.tree)
      if isElsewhere || leadsNowhere(written, whole) { return written }
      throw BuildError(
        .outputEscapes, "the link \(path) points to \(whole), which is not part of the artifact",
        remedy: "add what it points to to service.outputs, or have the build copy it")
    }
    var inside = whole
    guard inside.removePrefix(output.path) else { return written }
    let aim = FilePath(root: nil, [output.name]).pushing(inside)
    if place.isRelative, name.removingLastComponent().pushing(place).lexicallyNormalized() == aim { return written }
    return relative(to: aim).bytes
  }

  /// Whether a relative link points at nothing in the checkout and stays inside the artifact, where it does no harm either.
  private func leadsNowhere(_ written: [UInt8], _ whole: FilePath) -> Bool {
    let parent = name.removingLastComponent().bytes
    return written.first != UInt8(ascii: "/") && !ArchiveEntry.climbsOut(target: written, from: parent[...])
      && (try? FolderListing.status(of: whole)) == nil
  }

  private func relative(to aim: FilePath) -> FilePath {
    var from = Array(name.removingLastComponent().components), to = Array(aim.components)
    while let one = from.first, one == to.first {
      from.removeFirst()
      to.removeFirst()
    }
    let up = from.compactMap { _ in FilePath.Component("..") }
    let result = FilePath(root: nil, up + to)
    return result.isEmpty ? "." : result
  }
}
