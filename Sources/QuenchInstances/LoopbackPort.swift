import Foundation

/// A TCP port of the loopback address that no other `quench` of this machine takes while this is held.
///
/// Ports come from below the range that the kernel uses for outgoing connections, so that none of those takes the port
/// between the moment it was found free and the moment the service listens.
public final class LoopbackPort: Sendable {
  /// The port's number.
  public let number: Int

  private let reservation: Int32

  private init(_ number: Int, reservation: Int32) {
    self.number = number
    self.reservation = reservation
  }

  deinit { if reservation >= 0 { close(reservation) } }

  /// Reserves a port that nothing listens on.
  ///
  /// - Throws: `InstanceError` with code `port-taken` when there is none.
  public static func reserve() throws(InstanceError) -> LoopbackPort {
    let candidates = candidates
    for _ in 0..<500 {
      guard let number = candidates.randomElement() else { break }
      if let port = reserve(number), bound(to: number) != nil { return port }
    }
    // Every one of them is taken, or the kernel keeps them all to itself; it may still have one to give.
    if let number = bound(to: 0), let port = reserve(number) { return port }
    throw InstanceError(.portTaken, "no free TCP port on 127.0.0.1", remedy: "ss -ltn")
  }

  /// Reserves a known port, whoever listens on it; nil when another `quench` has reserved it.
  ///
  /// The reservation is a socket with a name of the kernel's abstract kind (unix(7)), which goes with its process and
  /// reaches exactly as far as the ports do: to the end of the network namespace.
  static func reserve(_ number: Int) -> LoopbackPort? {
    #if os(Linux)
      let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      guard descriptor >= 0 else { return LoopbackPort(number, reservation: -1) }
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      let name = Array("\0quench-port-\(number)".utf8)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
      let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
      let bound = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) == 0 }
      }
      if bound { return LoopbackPort(number, reservation: descriptor) }
      close(descriptor)
      return nil
    #else
      return LoopbackPort(number, reservation: -1)
    #endif
  }

  /// Binds a TCP socket for a moment.
  ///
  /// - Returns: the port it got, or nil when it is in use.
  private static func bound(to number: Int) -> Int? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(number).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    return descriptor >= 0 && bound ? Int(UInt16(bigEndian: address.sin_port)) : nil
  }

  /// The ports that are neither privileged nor in the kernel's range, widest room first.
  private static let candidates: Range<Int> = {
    let text = (try? String(contentsOfFile: "/proc/sys/net/ipv4/ip_local_port_range", encoding: .utf8)) ?? ""
    let bounds = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    let first = bounds.first ?? 32768, last = bounds.dropFirst().first ?? 60999
    return first > 12000 ? 10000..<first : min(last + 1, 65535)..<65536
  }()
}
