import Foundation
import Synchronization
import SystemPackage
import Testing

/// The turncoat's repository with revisions that have passed, and Quench's state beside it: made once, then copied into
/// the world of each test that begins with the same.
struct VerifiedRepository: Sendable {
  let folder: FilePath
  /// From the oldest to the newest.
  let revisions: [String]

  /// What makes one different from another.
  struct Recipe: Sendable, Hashable {
    var revisions: Int
    /// The faults that the last revision has from its start.
    var faults: [String]
    /// `quench.yml`, whatever its ports are.
    var configuration: String
  }

  /// Puts a copy in the place of a world's repository, and gives the revisions.
  static func copy(of recipe: Recipe, to world: World) async throws -> [String] {
    let made = try await Shelf.shared.take(recipe)
    let script = "rm -rf -- \"$2\" && cp -a -- \"$1\" \"$2\""
    try await world.tool("sh", "-c", script, "sh", made.folder.string, world.repository.string, in: world.root)
    return made.revisions
  }

  private init(_ recipe: Recipe) async throws {
    let world = try World()
    Leftovers.add(world.root)
    try await world.begin(with: "turncoat")
    try world.write("quench.yml", recipe.configuration)
    let service = world.repository.appending("turncoat.py")
    var revisions: [String] = []
    for number in 1...recipe.revisions {
      try world.write("turncoat.py", try world.read(service) + "# Revision \(number).\n", executable: true)
      if number == recipe.revisions, !recipe.faults.isEmpty {
        let names = recipe.faults.map { "'\($0)'" }.joined(separator: ", ")
        try world.replace("FAULTS = set()", by: "FAULTS = {\(names)}", in: "turncoat.py")
      }
      revisions.append(try await world.commit("Revision \(number)"))
      let verdict = try await world.quench("verify")
      try #require(verdict.passed, "\(verdict)")
    }
    folder = world.repository
    self.revisions = revisions
  }

  /// Those that were made, each when it was first asked for.
  private actor Shelf {
    static let shared = Shelf()

    private var made: [Recipe: Task<VerifiedRepository, any Error>] = [:]

    func take(_ recipe: Recipe) async throws -> VerifiedRepository {
      if let task = made[recipe] { return try await task.value }
      let task = Task { try await VerifiedRepository(recipe) }
      made[recipe] = task
      return try await task.value
    }

  }
}

/// Folders that go when the tests are over: nothing tells which of the tests is the last.
private enum Leftovers {
  private static let folders = Mutex<[String]>([])
  private static let registration: Void = {
    _ = atexit {
      for folder in Leftovers.folders.withLock(\.self) { try? FileManager.default.removeItem(atPath: folder) }
    }
  }()

  static func add(_ folder: FilePath) {
    _ = registration
    folders.withLock { $0.append(folder.string) }
  }
}
