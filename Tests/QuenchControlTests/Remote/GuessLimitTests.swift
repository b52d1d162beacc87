import Testing

@testable import QuenchControl

/// Whoever guesses tokens is soon not listened to any more.
@Suite struct GuessLimitTests {
  @Test func tenThousandGuessesOfOneAreNotLookedAt() {
    let limit = GuessLimit()
    var looked = 0
    for _ in 0..<10_000 where !limit.isExceeded(by: "one") {
      looked += 1
      limit.miss("one")
    }
    #expect(looked == 20)
    #expect(!limit.isExceeded(by: "another"), "others are heard")
    #expect(!limit.isExceeded(by: "one", at: .now + .seconds(61)), "after a minute it is too")
  }

  @Test func guessesFromEverywhereAreBoundedToo() {
    let limit = GuessLimit()
    var looked = 0
    for number in 0..<10_000 {
      let address = "10.0.\(number % 100).1"
      guard !limit.isExceeded(by: address) else { continue }
      looked += 1
      limit.miss(address)
    }
    #expect(looked <= 300)
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
