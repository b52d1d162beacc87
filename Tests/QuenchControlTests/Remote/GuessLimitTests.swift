import Testing

@testable import QuenchControl

/// Whoever guesses tokens is soon not listened to any more.
@Suite struct GuessLimitTests {
  @Test func tenThousandGuessesOfOneAreNotAnswered() {
    let limit = GuessLimit()
    let answered = (0..<10_000).count { _ in limit.miss("one") }
    #expect(answered == 20)
    #expect(limit.miss("another"), "others are answered")
    #expect(limit.miss("one", at: .now + .seconds(61)), "after a minute it is too")
  }

  @Test func guessesFromEverywhereAreBoundedToo() {
    let limit = GuessLimit()
    #expect((0..<100_000).count { limit.miss("10.\($0 / 65536).\($0 / 256 % 256).\($0 % 256)") } == 200)
  }

  @Test func aNetworkOfOneCustomerIsOneOrigin() {
    let limit = GuessLimit()
    #expect((0..<100).count { limit.miss("2001:db8:1:2::\($0 + 1)") } == 20)
    #expect((0..<100).count { limit.miss("2001:db8:1:3:0:0:0:\($0)") } == 20)
    #expect((0..<100).count { limit.miss("fe80::\($0)") } == 20)
    #expect(limit.miss("::1") && limit.miss("::ffff:10.0.0.1"))
  }
}

/// Tokens read back, and nothing else reads as one.
@Suite struct AccessKeyTests {
  @Test func aTokenReadsBack() throws {
    let key = AccessKey()
    let read = try #require(AccessKey(key.text))
    #expect(read.id == key.id && read.hash == key.hash && key.matches(read.hash))
    #expect(!key.matches(AccessKey().hash) && !key.matches(""))
    #expect(!key.hash.contains(key.text.suffix(64)))
  }

  @Test(arguments: [
    "", "quench", "quench__", "quench_0123456789ab_", "token_0123456789ab_" + String(repeating: "0", count: 64),
    "quench_0123456789ab_" + String(repeating: "x", count: 64),
    "quench_0123456789ab_" + String(repeating: "0", count: 65),
  ])
  func othersDoNot(text: String) { #expect(AccessKey(text) == nil) }
}
