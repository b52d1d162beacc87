import Crypto
import QuenchBuild
import Testing

@Suite struct ArtifactDigestTests {
  @Test(arguments: ["", "sha256:", "abc", String(repeating: "g", count: 64), String(repeating: "A", count: 64)])
  func otherTextIsNoDigest(text: String) {
    #expect(ArtifactDigest(text) == nil)
  }

  @Test func bothSpellingsAreOneDigest() throws {
    let hex = String(repeating: "0a", count: 32)
    let digest = try #require(ArtifactDigest(hex))
    #expect(digest == ArtifactDigest("sha256:" + hex))
    #expect(digest.description == hex)
  }
}
