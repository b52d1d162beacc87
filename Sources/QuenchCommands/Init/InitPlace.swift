import Foundation
import QuenchConfiguration
import QuenchGit
import SystemPackage

/// Where in a repository the folder is that `quench init` describes.
struct InitPlace: Sendable {
  /// The root of the repository's working tree; nil outside of any repository.
  let repository: FilePath?
  /// The folder from that root; empty for the root itself.
  let folder: FilePath

  /// Finds the repository that `folder` is in.
  ///
  /// - Throws: `InitError` with code `repository-bare`; `GitError` when there is a repository that cannot be opened.
  init(of folder: FilePath) throws {
    do {
      let found = try Repository(containing: folder)
      guard let root = found.workDirectory else {
        throw InitError(
          .bare, "\(folder) is in a bare repository, which has no working tree to look at",
          remedy: "run quench init in a clone; other commands take a quench.yml from anywhere with --config FILE")
      }
      repository = Self.real(root)
      var inside = Self.real(folder)
      _ = inside.removePrefix(Self.real(root))
      self.folder = inside.isAbsolute ? FilePath() : inside
    } catch let error as GitError where error.code == .repositoryNotFound {
      repository = nil
      self.folder = FilePath()
    }
  }

  /// What there is to look at about the place itself.
  var notes: [String] {
    guard let repository else { return ["the folder is in no git repository, and Quench verifies commits: git init"] }
    guard !folder.isEmpty else { return [] }
    var notes = ["commands and outputs start from the repository's root \(repository)"]
    var above = folder
    repeat {
      above.removeLastComponent()
      let file = repository.pushing(above).appending(ConfigurationFile.name)
      if FileManager.default.fileExists(atPath: file.string) {
        notes.append("\(file) is there too: the nearest counts, so in \(folder) it is this one from now on")
      }
    } while !above.isEmpty
    return notes
  }

  private static func real(_ path: FilePath) -> FilePath {
    FilePath(URL(filePath: path.string).resolvingSymlinksInPath().path)
  }
}
