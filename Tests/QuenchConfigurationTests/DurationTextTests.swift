import Generators
import QuenchConfiguration
import Testing

/// Durations both ways.
@Suite struct DurationTextTests {
  @Test(arguments: [
    ("500ms", Duration.milliseconds(500)), ("2s", .seconds(2)), ("30m", .seconds(1800)), ("1h", .seconds(3600)),
    ("1m30s", .seconds(90)), ("7d", .seconds(604_800)), ("0s", .zero), ("1d2h3m4s5ms", .milliseconds(93_784_005)),
    ("3650d", .seconds(315_360_000)), ("90s", .seconds(90)),
  ])
  func durationsRead(text: String, duration: Duration) throws {
    #expect(try DurationText.parse(text) == duration)
    #expect(try DurationText.parse(DurationText.format(duration)) == duration)
  }

  @Test(
    arguments: [
      ("5", "5s"), ("1.5s", "1s500ms"), ("2 S", "2s"), ("30 minutes", "30m"), ("90sec", "1m30s"), ("", nil),
      ("s", nil), ("-1s", nil), ("1s1s", "2s"), ("1s1m", "1m1s"), ("3651d", nil), ("1ms2s", "2s1ms"), ("١s", nil),
      ("99999999999999999999d", nil), ("9223372036854775807d", nil), ("1s ", "1s"), ("1e3s", nil), ("٣", nil),
    ] as [(String, String?)])
  func othersDoNot(text: String, suggestion: String?) {
    let refusal = #expect(throws: DurationText.Refusal.self) { try DurationText.parse(text) }
    #expect(refusal?.suggestion == suggestion)
  }

  @Test func everyWholeMillisecondComesBack() throws {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<2000 {
      let duration = Duration.milliseconds(Int.random(in: 0...(3650 * 86_400_000), using: &generator))
      #expect(try DurationText.parse(DurationText.format(duration)) == duration)
    }
  }
}
