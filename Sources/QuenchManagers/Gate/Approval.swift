/// That somebody has agreed to a promotion, by a key that the policy names.
public struct Approval: Sendable, Hashable {
  /// The key, as `gate.approvals.keys` names it.
  public var key: String
  /// Who approved, by the name that was signed.
  public var approver: String
  /// The user that promotions by the same person name, as the policy has it; nil where it does not say.
  ///
  /// What users are called on the machine where somebody signed says nothing here.
  public var user: String?
  /// Whether who approved also wrote the commit, by the address that was signed.
  public var isAuthors: Bool

  /// Describes an approval.
  public init(key: String, approver: String, user: String? = nil, isAuthors: Bool) {
    self.key = key
    self.approver = approver
    self.user = user
    self.isAuthors = isAuthors
  }

  /// Whether it is the word of those whose work it is about, or who move it: `promoter` is who asks for the promotion.
  func isSelf(of promoter: String?) -> Bool { isAuthors || user != nil && user == promoter }
}
