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
    let strays = ProcessTable.processes(ownedBy: { text in
      guard let owner = ProcessOwner(text), owner.state == state.root else { return false }
      return owner.isOver(in: state)
    })
    for stray in strays { stray.signal(SIGKILL) }
    let folders = InstanceFolder.all(in: state)
    if !folders.isEmpty { try await settle(folders) }
    ProcessOwner.removeLocks(in: state)
    TemporaryDirectory.sweep()
    return strays.count
  }

  private func settle(_ folders: [InstanceFolder]) async throws {
    // While production is looked after, its manager knows best which cold instances there are.
    let cold = try SetLock.all(.cold, in: state, reason: "cleaning up")
    defer { withExtendedLifetime(cold) {} }
    let left = cold == nil ? folders.filter { !$0.name.hasPrefix("\(Temperature.cold)-") } : folders
    try await HotpointManager.settle(state: state, ledger: ledger, provider: provider) { listed in
      for folder in left { await provider.removeLeftover(folder, listed: listed) }
    }
  }
}
