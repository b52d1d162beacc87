import Foundation

/// Ports on the loopback address.
public enum LoopbackPort {
  /// A TCP port that nothing listens on at this moment.
  ///
  /// The kernel hands them out in turn, so that two callers do not get the same one unless thousands are asked for in
  /// between.
  ///
  /// - Throws: `InstanceError` with code `port-taken` when there is none.
  public static func free() throws(InstanceError) -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard descriptor >= 0, bound else {
      throw InstanceError(.portTaken, "no free TCP port on 127.0.0.1", remedy: "ss -ltn")
    }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
