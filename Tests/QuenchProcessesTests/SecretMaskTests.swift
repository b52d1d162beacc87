import QuenchProcesses
import Testing

/// What is hidden of texts, by the rules of `quench launch`.
@Suite struct SecretMaskTests {
  @Test(arguments: [
    (["hunter2"], "it is hunter2.", "it is ***."),
    (["yes", "abc"], "yes, abc", "yes, abc"),
    (["token", "token-long"], "token-long token", "*** ***"),
    (["postgres://ann:s3cr3t@db/x"], "tried s3cr3t", "tried ***"),
    (["postgres://ann:ann@db/x"], "ann", "ann"),
    (["-----BEGIN-----\nMIIEvQIBADAN\n-----END-----\n"], "got MIIEvQIBADAN", "got ***"),
    (["  padded  "], "padded", "***"),
  ])
  func hides(values: [String], text: String, expected: String) {
    #expect(SecretMask(values).masking(text) == expected)
  }
}
