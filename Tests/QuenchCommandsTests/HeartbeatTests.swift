import Testing

@testable import QuenchCommands

/// What is said of suites that take long.
@Suite struct HeartbeatTests {
  @Test func whatRunsAndWhatHasEndedIsSaid() {
    let heartbeat = Heartbeat(console: Console(format: .text, verbosity: .quiet))
    #expect(heartbeat.line(at: .now) == nil)
    let start = ContinuousClock.now
    heartbeat.begin("api")
    heartbeat.begin("unit")
    heartbeat.end("unit", "PASSED")
    #expect(heartbeat.line(at: start + .seconds(31))?.contains("api for 3") == true)
    #expect(heartbeat.line(at: start + .seconds(61))?.contains("ended") == false, "that is said once")
    heartbeat.end("api", "FAILED")
    #expect(heartbeat.line(at: start + .seconds(90)) == nil)
  }

  @Test func excerptsKeepBothEnds() {
    let lines = (1...60).map(String.init)
    let excerpt = VerdictText.excerpt(lines)
    #expect(excerpt.first == "1" && excerpt.last == "60" && excerpt.count == 16)
    #expect(excerpt.contains("… 45 lines …"))
    #expect(VerdictText.excerpt(Array(lines.prefix(16))) == Array(lines.prefix(16)))
  }
}
