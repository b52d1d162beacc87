/// The `gate` section: what a build needs before it may be promoted.
public struct GateConfiguration: Sendable, Equatable, Encodable {
  /// A key whose signatures count.
  public struct Signer: Sendable, Equatable, Encodable {
    /// The public key's file, relative to the file's folder.
    public var key: String
    /// The suites that it may sign for; nil for all.
    public var suites: [String]?

    /// Names a key.
    public init(key: String, suites: [String]? = nil) {
      self.key = key
      self.suites = suites
    }
  }

  /// Somebody whose agreement counts.
  public struct Approver: Sendable, Equatable, Encodable {
    /// The public key's file, relative to the file's folder.
    public var key: String
    /// The user that promotions by the same person name; nil to go by what is signed.
    public var user: String?
    /// The addresses of the same person in commits; none to go by what is signed.
    public var emails: [String]

    /// Names somebody.
    public init(key: String, user: String? = nil, emails: [String] = []) {
      self.key = key
      self.user = user
      self.emails = emails
    }
  }

  /// How many people have to agree, and whose agreement counts.
  public struct Approvals: Sendable, Equatable, Encodable {
    /// How many different keys have to sign.
    public var required: Int
    /// Whose signatures count.
    public var keys: [Approver]
    /// Whether who promotes, or wrote the commit, may be one of them.
    public var allowsSelf: Bool

    /// One approval by any of `keys`, not one's own, unless given otherwise.
    public init(required: Int = 1, keys: [Approver], allowsSelf: Bool = false) {
      self.required = required
      self.keys = keys
      self.allowsSelf = allowsSelf
    }
  }

  /// The suites that have to be PASSED; nil for every suite.
  public var suites: [String]?
  /// The branch a promoted revision has to be on; nil for any.
  public var branch: String?
  /// The keys whose signatures count; when there are none, this host's own verdicts do, unsigned.
  public var signers: [Signer]
  /// How many runs of each suite have to have passed.
  public var minimumRuns: Int
  /// The largest share of runs, 0 to 1, in which a suite may have flaked; nil for any.
  public var maximumFlakeRate: Double?
  /// Whether a promotion has to descend from what is live.
  public var fastForward: Bool
  /// How the build has to have been made; nil for either way.
  public var buildMode: ServiceConfiguration.BuildMode?
  /// How old the evidence may be; nil for any age.
  public var maximumAge: Duration?
  /// Who else has to agree; nil for nobody.
  public var approvals: Approvals?
  /// When nothing is promoted.
  public var freezes: [FreezeWindow]

  /// Every suite passed once, from any branch, with unsigned evidence, unless given otherwise.
  public init(
    suites: [String]? = nil,
    branch: String? = nil,
    signers: [Signer] = [],
    minimumRuns: Int = 1,
    maximumFlakeRate: Double? = nil,
    fastForward: Bool = false,
    buildMode: ServiceConfiguration.BuildMode? = nil,
    maximumAge: Duration? = nil,
    approvals: Approvals? = nil,
    freezes: [FreezeWindow] = []
  ) {
    self.suites = suites
    self.branch = branch
    self.signers = signers
    self.minimumRuns = minimumRuns
    self.maximumFlakeRate = maximumFlakeRate
    self.fastForward = fastForward
    self.buildMode = buildMode
    self.maximumAge = maximumAge
    self.approvals = approvals
    self.freezes = freezes
  }
}
