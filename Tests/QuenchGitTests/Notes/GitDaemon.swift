import Foundation
import SystemPackage
import Testing

/// A `git daemon` on a free port, which serves and takes everything below a folder.
final class GitDaemon {
  let port: Int
  private let process: Process

  static var isInstalled: Bool { program.map { FileManager.default.isExecutableFile(atPath: $0) } ?? false }

  /// The daemon itself, so that it is this process's child and not its grandchild.
  private static var program: String? { (try? GitCommand(directory: "/")("--exec-path")).map { "\($0)/git-daemon" } }

  /// Starts a daemon and waits until it says that it is ready.
  init(serving folder: FilePath) async throws {
    port = try Self.freePort()
    process = Process()
    process.executableURL = URL(filePath: Self.program ?? "/usr/lib/git-core/git-daemon")
    process.arguments = [
      "--verbose", "--log-destination=stderr", "--reuseaddr", "--export-all",
      "--enable=receive-pack", "--listen=127.0.0.1", "--port=\(port)", "--base-path=\(folder)", folder.string,
    ]
    let pipe = Pipe()
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let output = AsyncStream<Data> { continuation in
      pipe.fileHandleForReading.readabilityHandler = { handle in
        let data = handle.availableData
        continuation.yield(data)
        if data.isEmpty { continuation.finish() }
      }
    }
    var text = ""
    for await data in output {
      text += String(decoding: data, as: UTF8.self)
      if text.contains("Ready to rumble") { return }
    }
    throw GitCommand.Failure(description: "git daemon ended before it was ready")
  }

  /// Ends the daemon; its children end with their connections.
  ///
  /// Not by TERM, which a thread that starts a process may have blocked for it.
  func stop() { kill(process.processIdentifier, SIGKILL) }

  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, length) == 0 ? getsockname(descriptor, address, &length) : -1
      }
    }
    guard status == 0 else { throw Errno(rawValue: errno) }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
