import Foundation

/// How threads stand with the scheduler.
enum ThreadPriority {
  /// The nice value of threads that carry traffic: they have little to do at a time, and while instances start and builds run
  /// every request would wait for those.
  private static let nice: Int32 = -5

  /// Does something whose new threads go before others, where this process may have them do so (`CAP_SYS_NICE`).
  ///
  /// On Linux the nice value is the thread's, and is handed down to those that it makes.
  static func preferred<Value>(if isWanted: Bool, _ body: () -> Value) -> Value {
    #if os(Linux)
      guard isWanted else { return body() }
      let thread = Int32(PRIO_PROCESS.rawValue), earlier = getpriority(thread, 0)
      guard earlier > nice, setpriority(thread, 0, nice) == 0 else { return body() }
      defer { setpriority(thread, 0, earlier) }
    #endif
    return body()
  }
}
