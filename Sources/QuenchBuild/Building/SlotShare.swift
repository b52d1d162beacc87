import QuenchGit
import QuenchProcesses
import SystemPackage

/// With which other revisions a revision shares slots.
///
/// A build is code of its revision, and what it leaves in a slot is what the next build there starts from. So where a host
/// promotes from one branch, revisions that are on it are never built where others were.
public struct SlotShare: Sendable, Hashable {
  /// What stands behind the owner of a slot.
  let suffix: String
  /// Whether its revisions are on no branch that the host promotes from.
  public let isOfStrangers: Bool

  /// One slot for all, for where no branch is preferred.
  public static let all = SlotShare(suffix: "", isOfStrangers: false)

  private init(suffix: String, isOfStrangers: Bool) {
    self.suffix = suffix
    self.isOfStrangers = isOfStrangers
  }

  /// The share of a revision where a host's gate has a branch; nil where it has none.
  ///
  /// A branch that cannot be read holds nothing.
  public init(of revision: Revision, branch: String?, in repository: Repository) async {
    var suffix = "", isOnBranch = true
    if let branch {
      isOnBranch = (try? await repository.isOn(branch, revision.id)) ?? false
      suffix = isOnBranch ? ", on \(branch)" : ", not on \(branch)"
    }
    self.init(suffix: suffix, isOfStrangers: !isOnBranch)
  }

  /// Where builds in a slot keep what they download: those of strangers, where no other build looks.
  public func caches(in slot: FilePath) -> DownloadCaches {
    isOfStrangers ? .own(slot.appending("caches")) : .shared
  }

  /// The owner of a slot that is shared so.
  public func owner(_ words: String) -> String { words + suffix }
}
