import Foundation
import QuenchInstances
import QuenchProcesses
import QuenchState
import SystemPackage

/// Ends what a `quench` that was killed left behind: its instances, their dependencies, and stray processes.
///
/// The launchers do that by themselves when their lifeline is cut; this is for when they were killed too.
public struct LeftoverSweep: Sendable {
  let state: StateDirectory
  let provider: any InstanceProvider

  /// Makes a sweep of one state folder.
  public init(state: StateDirectory, provider: any InstanceProvider) {
    self.state = state
    self.provider = provider
  }

  /// Ends all that belongs to this state folder and to a `quench` that no longer runs.
  ///
  /// - Returns: how many processes were ended.
  public func run() async -> Int {
    let root = state.root
    let strays = ProcessTable.processes { text in
      guard let owner = ProcessOwner(text), owner.state == root, let quench = owner.quench else { return false }
      return !quench.isRunning
    }
    for stray in strays { stray.signal(SIGKILL) }
    for name in (try? FileManager.default.contentsOfDirectory(atPath: state.instances.string)) ?? [] {
      await provider.removeLeftover(InstanceFolder(path: state.instances.appending(name)))
    }
    return strays.count
  }
}
