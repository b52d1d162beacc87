import Foundation
import QuenchInstances
import QuenchLedger
import QuenchProcesses
import QuenchState
import SystemPackage

/// Ends what a `quench` that was killed left behind: its instances, their dependencies, and stray processes.
///
/// The launchers do that by themselves when their lifeline is cut; this is for when they were killed too.
public struct LeftoverSweep: Sendable {
  let state: StateDirectory
  let provider: any InstanceProvider
  let ledger: Ledger

  /// Makes a sweep of one state folder.
  public init(state: StateDirectory, provider: any InstanceProvider, ledger: Ledger) {
    self.state = state
    self.provider = provider
    self.ledger = ledger
  }

  /// Ends all that belongs to this state folder and to a `quench` that no longer runs, and has each hot set back
  /// on its baseline where a visit was killed.
  ///
  /// - Returns: how many processes were ended.
  /// - Throws: `LedgerError` or `StateError` when the sets cannot be read.
  public func run() async throws -> Int {
    let root = state.root
    let strays = ProcessTable.processes { text in
      guard let owner = ProcessOwner(text), owner.state == root, let quench = owner.quench else { return false }
      return !quench.isRunning
    }
    for stray in strays { stray.signal(SIGKILL) }
    let folders = ((try? FileManager.default.contentsOfDirectory(atPath: state.instances.string)) ?? [])
      .map { InstanceFolder(path: state.instances.appending($0)) }
    guard !folders.isEmpty else { return strays.count }
    try await HotpointManager.settle(state: state, ledger: ledger, provider: provider) { listed in
      for folder in folders { await provider.removeLeftover(folder, listed: listed) }
    }
    return strays.count
  }
}
