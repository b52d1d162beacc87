import Foundation
import SystemPackage

/// The names in an open folder, as the bytes they are.
public enum DirectoryNames {
  /// All but `.` and `..`, in no order; the descriptor stays the caller's.
  ///
  /// - Throws: `Errno` of the call that failed.
  public static func list(_ directory: Int32) throws(Errno) -> [[UInt8]] {
    // Reading moves the offset, which a duplicate would share, so the folder is opened again.
    let again = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard again >= 0, let stream = fdopendir(again) else {
      let reason = errno
      if again >= 0 { close(again) }
      throw Errno(rawValue: reason)
    }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) { names.append(name) }
      errno = 0
    }
    guard errno == 0 else { throw Errno(rawValue: errno) }
    return names
  }
}
