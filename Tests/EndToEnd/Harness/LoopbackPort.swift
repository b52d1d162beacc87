import Foundation
import Synchronization

/// Ports of 127.0.0.1 for the listeners of the services under test.
enum LoopbackPort {
  private static let given = Mutex<Set<Int>>([])

  /// A port nobody listens on, and which no other test is given.
  ///
  /// It is below the ports that the system gives to outgoing connections.
  static func free() -> Int {
    while true {
      let port = Int.random(in: 21_000..<32_000)
      if isFree(port), given.withLock({ $0.insert(port).inserted }) { return port }
    }
  }

  /// Whether a listener could be opened there.
  static func isFree(_ port: Int) -> Bool {
    guard let socket = listen(on: port) else { return false }
    close(socket)
    return true
  }

  /// Listens on the port; nil when it is taken.
  static func listen(on port: Int) -> Int32? {
    let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var yes: Int32 = 1
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = address(port)
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard bound == 0, Foundation.listen(socket, 8) == 0 else {
      close(socket)
      return nil
    }
    return socket
  }

  static func address(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr = in_addr(s_addr: in_addr_t(0x7f00_0001).bigEndian)
    return address
  }
}
