import Foundation
import SystemPackage

/// What is there where an output is not: the nearest folder's content, and files of the same name elsewhere.
struct OutputHints {
  static let shownNames = 8
  static let searchedEntries = 20_000

  /// The checkout.
  let tree: FilePath

  /// What to say about a missing output, to follow the sentence that says it is missing.
  func text(for output: FilePath) -> String {
    var hints: [String] = []
    let elsewhere = find(output)
    if !elsewhere.isEmpty { hints.append("there is \(elsewhere.joined(separator: ", "))") }
    let (folder, names) = nearest(output)
    let place = folder.isEmpty ? "the checkout" : "`\(folder)`"
    if names.isEmpty {
      hints.append("\(place) is empty")
    } else {
      let shown = names.prefix(Self.shownNames).map { "`\($0)`" }.joined(separator: ", ")
      let rest = names.count - Self.shownNames
      hints.append("\(place) holds \(shown)" + (rest > 0 ? " and \(rest) more" : ""))
    }
    return ": " + hints.joined(separator: "; ")
  }

  /// The deepest folder on the way that exists, and its names, those that look most like the wanted one first.
  private func nearest(_ output: FilePath) -> (folder: FilePath, names: [String]) {
    var folder = FilePath()
    for component in output.components {
      guard let names = try? FolderListing.names(in: tree.pushing(folder).appending(component)) else {
        let here = (try? FolderListing.names(in: tree.pushing(folder))) ?? []
        let wanted = component.string
        let sorted = here.map(\.string).filter { $0 != ".git" }.sorted {
          (Self.likeness($0, wanted), $1) > (Self.likeness($1, wanted), $0)
        }
        return (folder, sorted)
      }
      folder.append(component)
      if folder.components.count == output.components.count { return (folder, names.map(\.string).sorted()) }
    }
    return (folder, [])
  }

  /// How many of the first and last characters agree.
  private static func likeness(_ one: String, _ other: String) -> Int {
    let one = one.lowercased(), other = other.lowercased()
    return one.commonPrefix(with: other).count
      + String(one.reversed()).commonPrefix(with: String(other.reversed())).count
  }

  /// Where in the checkout something else has the output's name; at most three, nothing below links.
  private func find(_ output: FilePath) -> [String] {
    guard let wanted = output.lastComponent else { return [] }
    var found: [String] = []
    var folders: [FilePath] = [FilePath()]
    var left = Self.searchedEntries
    while let folder = folders.popLast(), left > 0, found.count < 3 {
      for name in ((try? FolderListing.names(in: tree.pushing(folder))) ?? []).sorted(by: { $0.string < $1.string }) {
        left -= 1
        let path = folder.appending(name)
        guard let status = try? FolderListing.status(of: tree.pushing(path)) else { continue }
        if name == wanted { found.append("`\(path)`") }
        if status.st_mode & S_IFMT == S_IFDIR, name.string != ".git" { folders.append(path) }
      }
    }
    return found
  }
}
