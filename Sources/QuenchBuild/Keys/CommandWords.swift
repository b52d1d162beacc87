import Foundation
import SystemPackage

/// The programs that a build command names.
struct CommandWords {
  static let limit = 8

  /// A word of the command and the executable it stands for.
  struct Program: Hashable {
    let name: String
    let path: FilePath
  }

  /// The programs in the order they come, each once.
  ///
  /// Every word counts that is the name of an executable on `PATH`, wherever it stands, so that `env X=1 swift build`,
  /// `time make` and `cd web && npm ci` are all understood; at worst a word too many is asked for its version. What lies in
  /// the checkout is keyed by the tree.
  let programs: [Program]

  /// Reads a command line.
  init(_ command: String, searchPath: String) {
    let folders = searchPath.split(separator: ":").map { FilePath(String($0)) }.filter(\.isAbsolute)
    let separators: Set<Character> = [
      ";", "&", "|", "(", ")", "<", ">", "$", "`", "\"", "'", "{", "}", "=", ",", "\\", "!",
    ]
    var programs: [Program] = []
    var seen: Set<Substring> = []
    for word in command.split(whereSeparator: { $0.isWhitespace || separators.contains($0) })
    where seen.insert(word).inserted && programs.count < Self.limit {
      guard !word.hasPrefix("-"), let path = Self.find(word, in: folders) else { continue }
      programs.append(Program(name: String(word), path: path))
    }
    self.programs = programs
  }

  private static func find(_ word: Substring, in folders: [FilePath]) -> FilePath? {
    if word.contains("/") {
      let path = FilePath(String(word))
      return path.isAbsolute && isProgram(path) ? path : nil
    }
    guard let name = FilePath.Component(String(word)), name.kind == .regular else { return nil }
    return folders.lazy.map { $0.appending(name) }.first(where: isProgram)
  }

  private static func isProgram(_ path: FilePath) -> Bool {
    var status = stat()
    guard path.withPlatformString({ stat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    return access(path.string, X_OK) == 0
  }
}
