import Foundation
import SystemPackage

/// A service's folder as `quench init` looks at it: which files there are, and what stands in them.
struct ServiceFolder: Sendable {
  /// The most files that are looked at one by one.
  private static let mostFiles = 5000
  private static let skipped: Set<String> = ["node_modules", "vendor", "venv", "target", "build", "dist"]

  let path: FilePath

  init(_ path: FilePath) { self.path = path }

  /// The names in the folder that are not hidden, sorted.
  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path.string)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
  }

  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path.appending(name).string) }

  func hasFolder(_ name: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path.appending(name).string, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  func hasProgram(_ name: String) -> Bool {
    !hasFolder(name) && FileManager.default.isExecutableFile(atPath: path.appending(name).string)
  }

  /// A file's text; empty when there is none that can be read.
  func text(_ name: String) -> String {
    (try? String(contentsOfFile: path.appending(name).string, encoding: .utf8)) ?? ""
  }

  /// The paths of the files whose names fit, here and below, but not in what package managers and builds fill.
  func files(where fits: (FilePath.Component) -> Bool) -> [FilePath] {
    guard let walk = FileManager.default.enumerator(atPath: path.string) else { return [] }
    var found: [FilePath] = []
    var left = Self.mostFiles
    while left > 0, let name = walk.nextObject() as? String {
      left -= 1
      let file = FilePath(name)
      guard let last = file.lastComponent else { continue }
      if last.string.hasPrefix(".") || Self.skipped.contains(last.string) {
        walk.skipDescendants()
      } else if fits(last) {
        found.append(file)
      }
    }
    return found.sorted { $0.string < $1.string }
  }

  /// The folder's name as a service, a program and an output may have it.
  var serviceName: String { Self.serviceName(path.lastComponent?.string ?? "") }

  /// A text without what is no part of a plain name: lower-case letters, digits, `.`, `_` and `-`.
  static func serviceName(_ text: String) -> String {
    let plain = text.lowercased().map { character in
      character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character)) ? character : "-"
    }
    let name = String(plain.drop { !$0.isLetter && !$0.isNumber }.prefix(64))
    return name.isEmpty ? "service" : name
  }
}
