import Foundation
import NIOCore

#if canImport(Glibc)
  import Glibc
#endif

/// How many files and sockets this process may have open at a time (`RLIMIT_NOFILE`).
enum DescriptorLimit {
  /// How many of them there are for clients and their backends.
  static var traffic: Int { traffic(of: Int(clamping: limit.rlim_cur)) }

  /// How many of so many; some are kept back for what else is open: event loops, listeners, checks, the control socket,
  /// the log, and connections to backends that wait for their next request.
  static func traffic(of descriptors: Int) -> Int {
    let others = 64 + 4 * System.coreCount + descriptors / 16
    return max(2, descriptors - min(others, descriptors / 2))
  }

  /// Takes as many as the system lets it have.
  static func raise() {
    var limit = limit
    limit.rlim_cur = min(limit.rlim_max, 1 << 20)
    setrlimit(resource, &limit)
  }

  private static var limit: rlimit {
    var limit = rlimit()
    // It fails for no process that asks about itself; then nothing is limited.
    if getrlimit(resource, &limit) != 0 { limit = rlimit(rlim_cur: .max, rlim_max: .max) }
    return limit
  }

  #if canImport(Glibc)
    private static var resource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
  #else
    private static var resource: Int32 { RLIMIT_NOFILE }
  #endif
}
