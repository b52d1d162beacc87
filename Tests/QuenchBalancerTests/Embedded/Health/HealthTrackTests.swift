import NIOCore
import Testing

@testable import QuenchBalancer

@Suite struct HealthTrackTests {
  private static let check = HealthCheck(.tcp, interval: .seconds(4), rise: 2, fall: 3, jitter: 0.5)

  private static func at(_ seconds: Int64) -> NIODeadline {
    .uptimeNanoseconds(UInt64(1_000_000_000 * (1000 + seconds)))
  }

  @Test func theFirstCheckCountsAloneAndLaterOnesInARow() {
    var track = HealthTrack()
    track.checked(nil, Self.check, Self.at(0))
    #expect(track.health == .healthy && track.recovered == nil)
    for problem in ["a", "b", nil, "c", "d"] as [String?] {
      track.checked(problem, Self.check, Self.at(1))
      #expect(track.health == .healthy)
    }
    track.checked("e", Self.check, Self.at(2))
    #expect(track.health == .unhealthy && track.detail == "e")
    track.checked(nil, Self.check, Self.at(3))
    track.checked("f", Self.check, Self.at(4))
    track.checked(nil, Self.check, Self.at(5))
    #expect(track.health == .unhealthy)
    track.checked(nil, Self.check, Self.at(6))
    #expect(track.health == .healthy && track.recovered == Self.at(6) && track.detail == nil)
  }

  @Test func aConclusiveCheckNeedsNoOther() {
    var track = HealthTrack()
    track.checked(nil, Self.check, Self.at(0))
    track.checked("refused", Self.check, isConclusive: true, Self.at(1))
    #expect(track.health == .unhealthy)
  }

  @Test func anEjectedBackendComesBackAfterItsTimeAndLaterEachTime() {
    let rule = PassiveEjection(failures: 1, duration: .seconds(2), longest: .seconds(5))
    var track = HealthTrack()
    track.checked(nil, Self.check, Self.at(0))
    var now: Int64 = 0
    for length in [2, 4, 5, 5] as [Int64] {
      track.eject("3 failures", rule, Self.at(now))
      #expect(track.health == .ejected)
      track.checked(nil, Self.check, Self.at(now + length - 1))
      #expect(track.health == .ejected)
      now += length
      track.checked(nil, Self.check, Self.at(now))
      #expect(track.health == .healthy)
    }
    track.eject("later", rule, Self.at(now + 100))
    track.checked(nil, Self.check, Self.at(now + 102))
    #expect(track.health == .healthy, "it is forgotten in time")
  }

  @Test func checksAreSpreadAndFasterWhileAStateChanges() {
    var track = HealthTrack(), random = SystemRandomNumberGenerator()
    track.checked(nil, Self.check, Self.at(0))
    for _ in 0..<100 {
      let pause = track.nextCheck(Self.check, &random)
      #expect(pause >= .seconds(3) && pause <= .seconds(5))
    }
    track.checked("a", Self.check, Self.at(1))
    #expect(track.nextCheck(Self.check, &random) <= .seconds(1.25))
  }
}
