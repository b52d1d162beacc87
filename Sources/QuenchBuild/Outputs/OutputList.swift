import Foundation
import SystemPackage

/// The outputs that a recipe names, found in a checkout.
struct OutputList {
  /// One output and the name it has at the artifact's root.
  struct Output: Equatable {
    let name: FilePath.Component
    /// Where it is, with no symbolic link in its path.
    let path: FilePath
  }

  /// The checkout, with no symbolic link in its path.
  let tree: FilePath
  /// What was found.
  let outputs: [Output]

  /// Checks the names alone, before anything is built.
  ///
  /// - Throws: `BuildError` with code `output-invalid` or `outputs-collide`.
  static func check(_ names: [String]) throws(BuildError) {
    var seen: [FilePath.Component: String] = [:]
    for name in names {
      guard let component = try normalized(name).lastComponent else { continue }
      if let other = seen.updateValue(name, forKey: component) { throw collision(other, name, component) }
    }
  }

  /// Finds the outputs, through symbolic links inside the checkout (`.build/release`) but never out of it.
  ///
  /// The output `.` stands for everything in the checkout.
  ///
  /// - Throws: `BuildError` with code `output-invalid`, `output-missing`, `output-escapes`, `outputs-collide` or
  ///   `slot-unwritable`.
  init(_ names: [String], in checkout: FilePath) throws(BuildError) {
    guard let tree = checkout.withoutLinks else {
      throw BuildError(.slotUnwritable, "the checkout \(checkout) is gone", remedy: "run the command again")
    }
    var outputs: [Output] = []
    var seen: [FilePath.Component: String] = [:]
    for name in names {
      for output in try Self.find(name, in: tree) {
        if let other = seen.updateValue(name, forKey: output.name) { throw Self.collision(other, name, output.name) }
        outputs.append(output)
      }
    }
    self.tree = tree
    self.outputs = outputs
  }

  private static func find(_ name: String, in tree: FilePath) throws(BuildError) -> [Output] {
    let relative = try normalized(name)
    guard let component = relative.lastComponent else {
      do {
        return try FolderListing.names(in: tree).filter { $0.string != ".git" }.map {
          Output(name: $0, path: tree.appending($0))
        }
      } catch {
        throw BuildError.writing(tree, as: .slotUnwritable, error)
      }
    }
    guard let found = tree.pushing(relative).withoutLinks else {
      throw BuildError(
        .outputMissing, "there is no output `\(name)`" + OutputHints(tree: tree).text(for: relative),
        remedy: "correct service.outputs in quench.yml, or the build command")
    }
    guard found != tree, found.starts(with: tree) else {
      throw BuildError(
        .outputEscapes, "the output `\(name)` leads out of the checkout, to \(found)",
        remedy: "have the build copy it into the checkout")
    }
    return [Output(name: component, path: found)]
  }

  /// The path without `.` and empty parts; empty for the checkout itself.
  static func normalized(_ name: String) throws(BuildError) -> FilePath {
    var path = FilePath(name).lexicallyNormalized()
    if path.components.first?.string == "." { path = FilePath() }
    let climbs = FilePath(name).components.contains { $0.kind == .parentDirectory }
    guard !name.isEmpty, !name.utf8.contains(0), path.isRelative, !climbs else {
      throw BuildError(
        .outputInvalid, "the output `\(name)` is no path below the checkout",
        remedy: "write service.outputs relative to the repository, without `..`")
    }
    return path
  }

  private static func collision(_ one: String, _ other: String, _ name: FilePath.Component) -> BuildError {
    BuildError(
      .outputsCollide, "the outputs `\(one)` and `\(other)` would both be `\(name)` at the artifact's root",
      remedy: "name the folder they are in, or have the build give them different names")
  }
}

extension FilePath {
  /// The path with all symbolic links in it followed; nil when something on the way is not there.
  var withoutLinks: FilePath? {
    guard let text = withPlatformString({ realpath($0, nil) }) else { return nil }
    defer { free(text) }
    return FilePath(platformString: text)
  }
}
