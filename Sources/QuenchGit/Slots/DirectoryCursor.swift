import Foundation

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// Walks to directories below a root, one component at a time, and never through a symbolic link.
///
/// The directories on the way stay open, so that neighbours in the order of paths cost one lookup. Since each is opened
/// relative to the one above with `O_NOFOLLOW`, no link that a build put in place can lead outside the root.
/// For one thread at a time.
final class DirectoryCursor {
  private struct Level {
    let descriptor: Int32
    /// How much of `path` leads here.
    let length: Int
  }

  #if os(Linux)
    // O_PATH, which the C library's headers hide from Swift: enough to look things up in, and cheaper.
    private static let access: Int32 = 0o10_000_000
  #else
    private static let access = O_RDONLY
  #endif

  private let root: Int32
  private let shown: FilePath
  private var path: PathBytes = []
  private var levels: [Level] = []

  /// - Parameters:
  ///   - root: a directory's descriptor, which stays the caller's.
  ///   - shown: what the root is called in messages.
  init(root: Int32, shown: FilePath) {
    self.root = root
    self.shown = shown
  }

  deinit {
    for level in levels { close(level.descriptor) }
  }

  /// The descriptor of a directory, open until the next call; an empty path is the root.
  ///
  /// - Parameter creating: whether to make what is missing, in place of files and links that stand in the way.
  /// - Returns: nil when it does not exist and is not to be made.
  /// - Throws: `GitError` with `slotUnwritable`, or with `treeUnsafe` for a component that would leave the root.
  func descriptor(of directory: some RandomAccessCollection<UInt8>, creating: Bool) throws(GitError) -> Int32? {
    let common = commonLength(with: directory)
    while let last = levels.last, last.length > common {
      close(last.descriptor)
      levels.removeLast()
    }
    path.removeSubrange((levels.last?.length ?? 0)...)
    var current = levels.last?.descriptor ?? root
    for component in directory.dropFirst(path.count).split(separator: PathBytes.separator) {
      guard EntryName.refusal(of: component) == nil else {
        throw GitError(.treeUnsafe, "\(Array(directory).text) is refused as a path")
      }
      guard let next = try open(Array(component), in: current, creating: creating) else { return nil }
      if !path.isEmpty { path.append(PathBytes.separator) }
      path.append(contentsOf: component)
      levels.append(Level(descriptor: next, length: path.count))
      current = next
    }
    return current
  }

  /// The error for a system call on an entry of the directory last walked to.
  func failure(_ action: String, _ name: some Collection<UInt8>, _ number: Int32 = errno) -> GitError {
    GitError.slot(action, shown.string + "/" + path.appending(name: name).text, Errno(rawValue: number))
  }

  /// How much of the current path leads to the other directory as well, in whole components.
  private func commonLength(with directory: some RandomAccessCollection<UInt8>) -> Int {
    var equal = 0
    var index = directory.startIndex
    while equal < path.count, index < directory.endIndex, path[equal] == directory[index] {
      equal += 1
      directory.formIndex(after: &index)
    }
    // The end of both, or of the shorter one where the longer goes on with a separator, is a whole component.
    let isWhole =
      (equal == path.count && (index == directory.endIndex || directory[index] == PathBytes.separator))
      || (index == directory.endIndex && equal < path.count && path[equal] == PathBytes.separator)
    return isWhole ? equal : max(path[..<equal].lastIndex(of: PathBytes.separator) ?? 0, 0)
  }

  private func open(_ name: [UInt8], in parent: Int32, creating: Bool) throws(GitError) -> Int32? {
    let name = name.map { CChar(bitPattern: $0) } + [0]
    // Other workers make and replace directories as well, so a step may have to be tried again.
    for _ in 0..<16 {
      let descriptor = openat(parent, name, Self.access | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      if descriptor >= 0 {
        admit(name, descriptor, in: parent)
        return descriptor
      }
      let reason = errno
      switch reason {
      case ENOENT:
        guard creating else { return nil }
        if mkdirat(parent, name, 0o755) != 0, errno != EEXIST { throw failure("make", shownName(name)) }
      case ELOOP, ENOTDIR, EMLINK:
        guard creating else { return nil }
        if unlinkat(parent, name, 0) != 0, errno != ENOENT, errno != EISDIR, errno != EPERM {
          throw failure("replace", shownName(name))
        }
      case EINTR: continue
      default: throw failure("open", shownName(name), reason)
      }
    }
    throw failure("open", shownName(name), ELOOP)
  }

  /// Gives its owner a folder back that a command has closed to itself: what is in it could not be put right else.
  private func admit(_ name: [CChar], _ descriptor: Int32, in parent: Int32) {
    guard Self.isBoundByModes else { return }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & 0o700 != 0o700 else { return }
    // By the descriptor, which only looks: a link that is put in its place now is not followed.
    if chmod("/proc/self/fd/\(descriptor)", status.st_mode & 0o7777 | 0o700) == 0 { return }
    fchmodat(parent, name, status.st_mode & 0o7777 | 0o700, 0)
  }

  /// Modes bind everybody but root.
  private static let isBoundByModes = geteuid() != 0

  private func shownName(_ name: [CChar]) -> [UInt8] { name.dropLast().map { UInt8(bitPattern: $0) } }
}
