import Foundation
import QuenchConfiguration

extension StopConfiguration.StopSignal {
  /// The signal's number on this system.
  var number: Int32 {
    switch self {
    case .term: SIGTERM
    case .interrupt: SIGINT
    case .quit: SIGQUIT
    case .hangUp: SIGHUP
    case .kill: SIGKILL
    case .user1: SIGUSR1
    case .user2: SIGUSR2
    }
  }
}
