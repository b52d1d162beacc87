import Foundation
import QuenchState
import SystemPackage

/// An instance's folder and where in it things are.
public struct InstanceFolder: Sendable, Hashable, Codable {
  /// The name of the file, beside the logs of an instance that is gone, which says what it was.
  public static let keptDescription = ".instance"

  /// The folder itself, absolute.
  public let path: FilePath

  /// Names a folder.
  public init(path: FilePath) {
    self.path = path
  }

  /// The folders of all instances in a state folder, and of what their sets share.
  public static func all(in state: StateDirectory) -> [InstanceFolder] {
    ((try? FileManager.default.contentsOfDirectory(atPath: state.instances.string)) ?? [])
      .map { InstanceFolder(path: state.instances.appending($0)) }
  }

  /// The folder of the dependencies that all cold instances of a service share.
  static func standing(of service: String, in state: StateDirectory) -> InstanceFolder {
    InstanceFolder(path: state.instances.appending("\(standingPrefix)\(StateDirectory.fileName(of: service))"))
  }

  private static let standingPrefix = "cold-shared-"

  /// Whether it belongs to dependencies that outlive the sets that use them.
  public var isStanding: Bool { name.hasPrefix(Self.standingPrefix) }

  /// Its name, which is that of the instance or of what a set shares.
  public var name: String { path.lastComponent?.string ?? "" }
  /// The instance's working directory: the unpacked artifact, and the data inside.
  public var artifact: FilePath { path.appending("artifact") }
  /// What the service printed.
  public var log: FilePath { path.appending("log") }
  /// What the service's hooks and dependencies printed.
  public func log(of name: String) -> FilePath { path.appending("\(name).log") }
  /// The launcher's record of the service's process.
  public var processRecord: FilePath { path.appending("process.json") }
  /// What the instance is, for whoever takes it up.
  public var description: FilePath { path.appending("instance.json") }
  /// The working directory as the service's `prepare` left it, and the data that stand beside it.
  public var baseline: FilePath { path.appending("baseline") }
  /// Where the service's own data-snapshot command writes.
  public var snapshot: FilePath { path.appending("snapshot") }
  /// There when the data are at their baseline and nobody has used the instance since.
  public var restored: FilePath { path.appending("restored") }
  /// There while the instance is stopped because somebody asked for it.
  public var stopped: FilePath { path.appending("stopped") }
  /// The folders of the dependencies.
  public var dependencies: FilePath { path.appending("dependencies") }
  /// A dependency's own folder.
  public func dependency(_ name: String) -> FilePath { dependencies.appending(name) }

  /// The service's data folder: inside the working directory under the name `quench.yml` gives it.
  public func data(named name: String?) -> FilePath {
    guard let name else { return path.appending("data") }
    return artifact.appending(FilePath(name).components)
  }

  /// Codes as the path's text.
  public init(from decoder: any Decoder) throws {
    path = FilePath(try decoder.singleValueContainer().decode(String.self))
  }

  /// Codes as the path's text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(path.string)
  }
}
