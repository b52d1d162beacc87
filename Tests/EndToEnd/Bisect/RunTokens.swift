import Foundation
import SystemPackage

/// Tokens that a script takes one by one, so that a run of it can differ from the next, and be counted.
///
/// They are bytes in a named pipe: code under test may write hardly anywhere, and reading them is enough. GNU's `dd` is
/// asked for one since it does not wait when none is left.
struct RunTokens: Sendable {
  private let count: Int
  private let pipe: FilePath
  private let descriptor: Int32

  init(_ count: Int, in world: World) throws {
    self.count = count
    pipe = world.root.appending("tokens")
    guard mkfifo(pipe.string, 0o644) == 0 else { throw Errno(rawValue: errno) }
    // Open for both ends: what is in a pipe is lost when nobody has it open.
    descriptor = open(pipe.string, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    world.atEnd { [descriptor] in _ = close(descriptor) }
    let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: count)
    guard write(descriptor, bytes, count) == count else { throw Errno(rawValue: errno) }
  }

  /// A command of a script that takes a token and prints it; nothing when there is none.
  var take: String { "dd if='\(pipe)' iflag=nonblock bs=1 count=1 2>/dev/null" }

  /// How many were taken; it takes the others.
  func countTaken() -> Int {
    var bytes = [UInt8](repeating: 0, count: count)
    return count - max(0, read(descriptor, &bytes, count))
  }
}
