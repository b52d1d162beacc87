import Foundation
import Testing

/// Gives each test, or each case of one, a world of its own.
struct WorldTrait: TestTrait, TestScoping {
  let fixture: String?

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await WorldScope.provide(for: test, testCase: testCase) { world in
      if let fixture { try await world.begin(with: fixture) } else { try await world.begin() }
      try await function()
    }
  }
}

/// Gives all tests of a suite one world with a Swift package.
struct SwiftWorldTrait: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await WorldScope.provide(for: test, testCase: testCase) { world in
      try await world.begin(with: "greeter")
      try await SwiftWorld.enter(world, function)
    }
  }
}

extension Trait where Self == SwiftWorldTrait {
  static var swiftWorld: Self { Self() }
}

private enum WorldScope {
  /// Makes a world when there is room for one, notes whether the test in it fails, and ends it.
  static func provide(
    for test: Test, testCase: Test.Case?, performing body: @Sendable (World) async throws -> Void
  ) async throws {
    try await Crowd.shared.enter {
      let world = try World()
      let listening = IssueHandlingTrait.compactMapIssues { issue in
        world.noteFailure()
        return issue
      }
      try await listening.provideScope(for: test, testCase: testCase) {
        try await world.enter { try await body(world) }
      }
    }
  }
}

extension Trait where Self == WorldTrait {
  /// A world whose repository is empty.
  static var world: Self { Self(fixture: nil) }

  /// A world whose repository has one commit, with the fixture of this name.
  static func world(_ fixture: String) -> Self { Self(fixture: fixture) }
}

/// Lets so many worlds exist at a time as the machine has processors for: health checks have deadlines.
private actor Crowd {
  static let shared = Crowd(width: max(2, ProcessInfo.processInfo.activeProcessorCount * 3 / 2))

  private var room: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(width: Int) { room = width }

  nonisolated func enter(_ body: @Sendable () async throws -> Void) async throws {
    await take()
    do { try await body() } catch {
      await give()
      throw error
    }
    await give()
  }

  private func take() async {
    guard room == 0 else {
      room -= 1
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  private func give() {
    if waiting.isEmpty { room += 1 } else { waiting.removeFirst().resume() }
  }
}
