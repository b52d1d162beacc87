import Foundation
import QuenchState
import SystemPackage

/// Where what a service's production keeps stands: its data, and the files of its dependencies.
///
/// Several services may share a state folder. The first of them has `data/cold` and `data/cold-dependencies`, which a note
/// beside them says; each other one has folders of its own, named after it. Services that shared `data/cold` before there
/// was such a note go on to, since nobody but their makers could tell whose file is whose.
public struct ColdFiles: Sendable, Hashable {
  /// The data that all cold instances of the service share, across promotions; never put back.
  public let data: FilePath
  /// The files of the dependencies that they share.
  public let dependencies: FilePath

  /// Finds the folders of a service; where no note says whose `data/cold` is, it is anybody's.
  public init(of service: String, in state: StateDirectory) {
    let owners = Self.owners(in: state)
    let isFirst = owners.isEmpty || owners.contains(service)
    let ending = isFirst ? "" : ".\(StateDirectory.fileName(of: service))"
    data = FilePath("\(state.coldData)\(ending)")
    dependencies = FilePath("\(state.coldDependencies)\(ending)")
  }

  /// Has `data/cold` belong to a service, unless it is somebody's already.
  ///
  /// - Parameter known: the services that production was looked after for in this state folder: without a note, what
  ///   stands there is theirs.
  /// - Throws: `StateError`; `CancellationError` when cancelled while another process does the same.
  public static func claim(for service: String, known: [String], in state: StateDirectory) async throws {
    guard owners(in: state).isEmpty else { return }
    let lock = try await state.lock("cold-files").acquire(reason: "finding out whose data there are")
    defer { withExtendedLifetime(lock) {} }
    guard owners(in: state).isEmpty else { return }
    let owners = known.isEmpty ? [service] : known
    do {
      try FileManager.default.createDirectory(
        atPath: state.data.string, withIntermediateDirectories: true,
        attributes: [.posixPermissions: StateDirectory.mode])
      let text = owners.map { "\($0)\n" }.joined()
      try Data(text.utf8).write(to: URL(filePath: note(in: state).string), options: .atomic)
    } catch {
      throw StateError(.unwritable, "cannot write \(note(in: state))", cause: error)
    }
  }

  private static func note(in state: StateDirectory) -> FilePath { state.data.appending("cold-services") }

  private static func owners(in state: StateDirectory) -> [String] {
    let text = (try? String(contentsOfFile: note(in: state).string, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map(String.init)
  }
}
