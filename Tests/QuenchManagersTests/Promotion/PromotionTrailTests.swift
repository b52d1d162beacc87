import Foundation
import Generators
import QuenchLedger
import Testing

@testable import QuenchManagers

@Suite("The way production came to where it is")
struct PromotionTrailTests {
  /// The journal of a service after these moves.
  private func trail(_ moves: [Move]) async throws -> PromotionTrail {
    let scratch = try LedgerScratch()
    return PromotionTrail(try await scratch.moves(moves))
  }

  private func build(_ name: String) -> PromotedBuild { PromotedBuild(revision: name, digest: "digest-\(name)") }

  @Test("A rollback goes to what was live before, once")
  func once() async throws {
    var moves: [Move] = [.promotion("a"), .promotion("b"), .promotion("c")]
    #expect(
      try await trail(moves).target(revision: nil, goesFurther: false, live: build("c")) == .build(build("b")))
    moves.append(.rollback("b"))
    #expect(try await trail(moves).target(revision: nil, goesFurther: false, live: build("b")) == .here)
    #expect(try await trail(moves).target(revision: nil, goesFurther: true, live: build("b")) == .build(build("a")))
    moves += [.rollback("a"), .promotion("d")]
    #expect(try await trail(moves).target(revision: nil, goesFurther: false, live: build("d")) == .build(build("a")))
  }

  @Test("What was routed back by itself counts as rolled back")
  func reverted() async throws {
    let moves: [Move] = [.promotion("a"), .promotion("b"), .promotion("c", .reverted)]
    #expect(try await trail(moves).target(revision: nil, goesFurther: false, live: build("b")) == .here)
    #expect(try await trail(moves).target(revision: nil, goesFurther: true, live: build("b")) == .build(build("a")))
  }

  @Test("A named revision is gone to when it was ever live")
  func named() async throws {
    let trail = try await trail([.promotion("a"), .promotion("b"), .promotion("c"), .rollback("a")])
    #expect(trail.target(revision: "c", goesFurther: false, live: build("a")) == .build(build("c")))
    #expect(trail.target(revision: "a", goesFurther: false, live: build("a")) == .here)
    #expect(trail.target(revision: "x", goesFurther: false, live: build("a")) == .neverLive("x"))
  }

  @Test("After going forward by name, what was live before is back there again")
  func forward() async throws {
    let trail = try await trail([.promotion("a"), .promotion("b"), .rollback("a"), .rollback("b")])
    #expect(trail.target(revision: nil, goesFurther: false, live: build("b")) == .build(build("a")))
  }

  @Test("The first promotion has nothing before it")
  func first() async throws {
    #expect(
      try await trail([.promotion("a")]).target(revision: nil, goesFurther: false, live: build("a")) == .nothingEarlier)
  }

  @Test("Promotions without a way back are crossed by going behind them, and no more once that was done")
  func crossing() async throws {
    var moves: [Move] = [.promotion("a"), .promotion("b", noWayBack: "schema 2"), .promotion("c")]
    #expect(try await trail(moves).crossed(goingTo: build("a")).map(\.revision) == ["b"])
    #expect(try await trail(moves).crossed(goingTo: build("b")).isEmpty)
    moves += [.rollback("a"), .promotion("d")]
    #expect(try await trail(moves).crossed(goingTo: build("a")).isEmpty)
  }

  @Test("What a way back crosses goes by what is live, not by what ever was")
  func crossingAgain() async throws {
    var moves: [Move] = [.promotion("a"), .promotion("c"), .promotion("b", noWayBack: "schema 2"), .rollback("a")]
    #expect(try await trail(moves).crossed(goingTo: build("c")).isEmpty, "neither is behind it")
    moves.append(.rollback("b"))
    #expect(try await trail(moves).crossed(goingTo: build("a")).map(\.revision) == ["b"], "it is crossed again")
  }

  @Test("What is live last on the trail is what the last move went to", arguments: [3, 77, 2026] as [UInt64])
  func property(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    var moves: [Move] = []
    var live: String?
    for _ in 0..<40 {
      let name = ["a", "b", "c", "d", "e"].randomElement(using: &generator) ?? "a"
      guard name != live else { continue }
      let move: Move =
        switch Int.random(in: 0..<4, using: &generator) {
        case 0 where live != nil: .promotion(name, .reverted)
        case 1 where live != nil: .rollback(name)
        default: .promotion(name)
        }
      if move.result == .promoted { live = name }
      moves.append(move)
    }
    let trail = try await trail(moves)
    #expect(trail.builds.last?.revision == live)
    #expect(zip(trail.builds, trail.builds.dropFirst()).allSatisfy { $0 != $1 })
    // Going further back always ends.
    var builds = trail.builds
    var rolled = moves
    while builds.count > 1 {
      let target = try await self.trail(rolled).target(
        revision: nil, goesFurther: true, live: builds.last)
      builds.removeLast()
      let earlier = try #require(builds.last)
      #expect(target == .build(earlier))
      rolled.append(.rollback(earlier.revision))
      builds = try await self.trail(rolled).builds
    }
  }
}

/// A move to be put into a journal.
struct Move: Sendable {
  var kind: PromotionRecord.Kind
  var revision: String
  var result: PromotionResult
  var noWayBack: String?

  static func promotion(_ revision: String, _ result: PromotionResult = .promoted, noWayBack: String? = nil) -> Move {
    Move(kind: .promotion, revision: revision, result: result, noWayBack: noWayBack)
  }

  static func rollback(_ revision: String) -> Move {
    Move(kind: .rollback, revision: revision, result: .promoted, noWayBack: nil)
  }
}
