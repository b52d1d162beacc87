import CLaunch
import SystemPackage

/// What a command may touch of the machine, enforced by the kernel (Landlock, see landlock(7)) for it and all it starts.
///
/// Reading and running is allowed everywhere but below `denied`; writing only below `writable`. What is `writable` or
/// `readable` below something denied is allowed all the same. Other processes' memory and environment are out of reach,
/// and, where the kernel can, so are signals to them and their abstract sockets.
public struct Confinement: Sendable, Equatable {
  /// Folders and files the command may write; those that do not exist are left out.
  public var writable: [FilePath]
  /// Folders and files below those denied that the command may read and run.
  public var readable: [FilePath]
  /// Folders and files the command may not even read.
  public var denied: [FilePath]

  /// Makes a confinement.
  public init(writable: [FilePath], readable: [FilePath] = [], denied: [FilePath]) {
    self.writable = writable
    self.readable = readable
    self.denied = denied
  }

  /// The kernel's Landlock version, or nil where commands cannot be confined.
  public static var version: Int? {
    let version = quench_landlock_version()
    return version > 0 ? Int(version) : nil
  }

  /// How commands are isolated on this machine: `landlock-<version>` or `none`.
  public static var description: String { version.map { "landlock-\($0)" } ?? "none" }

  /// Where programs of one user share memory, on Linux: for what a service and its databases keep among themselves.
  public static let sharedMemory: FilePath = "/dev/shm"

  var arguments: [String] {
    ["--confine"] + writable.flatMap { ["--writable", $0.string] } + readable.flatMap { ["--readable", $0.string] }
      + denied.flatMap { ["--denied", $0.string] }
  }
}
