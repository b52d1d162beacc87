/// The name of a server in HAProxy, which says all about it that statistics are to be told by.
///
/// It is written `tier:instance:revision:digest`; none of the parts holds a colon. The digest is that of the server's
/// options, so that a server whose options change is another one: HAProxy cannot change most of them.
struct ServerName: Sendable, Hashable, CustomStringConvertible {
  let tier: String
  let instance: String
  let revision: String
  let digest: String

  init(tier: String, instance: String, revision: String, options: String) {
    self.tier = tier
    self.instance = instance
    self.revision = revision
    // FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in options.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    digest = String(hash, radix: 36)
  }

  /// Reads a name; nil when it is none of Quench's.
  init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 4, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    (tier, instance, revision, digest) = (parts[0], parts[1], parts[2], parts[3])
  }

  var description: String { "\(tier):\(instance):\(revision):\(digest)" }
}
