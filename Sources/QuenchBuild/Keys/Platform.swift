import Foundation

/// The machine a build is made on and for.
public struct Platform: Encodable, Hashable, Sendable, CustomStringConvertible {
  /// `linux` or `darwin`.
  public let os: String
  /// The processor, in Go's words as OCI images use them: `amd64`, `arm64`.
  public let architecture: String
  /// The C library and its version, or the system's where they come together.
  public let library: String

  /// The three in one line, such as `linux amd64, glibc 2.36`.
  public var description: String { "\(os) \(architecture), \(library)" }

  /// The machine this runs on.
  public static let current: Platform = {
    #if os(Linux)
      let os = "linux"
    #else
      let os = "darwin"
    #endif
    #if canImport(Glibc)
      // `glibc 2.36`, by itself.
      var text = [CChar](repeating: 0, count: 64)
      let length = confstr(Int32(_CS_GNU_LIBC_VERSION), &text, text.count)
      let library = String(decoding: text.prefix(max(0, length - 1)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    #elseif canImport(Musl)
      let library = "musl"
    #else
      let library = ProcessInfo.processInfo.operatingSystemVersionString
    #endif
    var name = utsname()
    uname(&name)
    let machine = withUnsafeBytes(of: name.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    let words = ["x86_64": "amd64", "aarch64": "arm64", "i686": "386", "armv7l": "arm"]
    return Platform(os: os, architecture: words[machine] ?? machine, library: library)
  }()
}

/// A program that a build command uses, and which one of its name it is.
struct Tool: Codable, Hashable, Sendable {
  /// The word in the command.
  let name: String
  /// What it says of its version, or the hash of its bytes when it says nothing.
  let version: String
}
