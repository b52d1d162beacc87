import Foundation
import Generators
import SystemPackage

/// A tree that changes at random, so that names are files at one time and directories or links at another.
struct RandomTree {
  enum Node: Equatable {
    case file(String, executable: Bool)
    case link(String)
  }

  private static let names = ["a", "b", "a.txt", "c", "a-b", "é"]
  private static let targets = ["a", "../b", "/etc", "nowhere", "c/a"]
  private var nodes: [String: Node] = [:]

  mutating func mutate(_ generator: inout SeededGenerator) {
    for _ in 0..<Int.random(in: 1...8, using: &generator) {
      let path = randomPath(&generator)
      // A new node takes the place of whatever lies on its way, above or below.
      nodes = nodes.filter { !path.hasPrefix($0.key + "/") && !$0.key.hasPrefix(path + "/") }
      switch Int.random(in: 0..<10, using: &generator) {
      case 0..<3: nodes[path] = nil
      case 3: nodes[path] = .link(Self.targets.randomElement(using: &generator) ?? "a")
      case 4:
        if case .file(let text, let executable) = nodes[path] { nodes[path] = .file(text, executable: !executable) }
      case 5:
        if let old = nodes.keys.sorted().randomElement(using: &generator), old != path,
          !path.hasPrefix(old + "/")
        {
          nodes[path] = nodes.removeValue(forKey: old)
        }
      default:
        let length = Int.random(in: 0...2000, using: &generator)
        nodes[path] = .file(
          String(repeating: "x\(length)\n", count: length / 5), executable: Bool.random(using: &generator))
      }
    }
  }

  func write(to repository: ScratchRepository) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: repository.path.string) where name != ".git" {
      try repository.remove(name)
    }
    for (path, node) in nodes {
      switch node {
      case .file(let text, let executable): try repository.write(path, text, executable: executable)
      case .link(let target):
        try FileManager.default.createDirectory(
          atPath: repository.file(path).removingLastComponent().string, withIntermediateDirectories: true)
        try repository.link(path, to: target)
      }
    }
  }

  /// Does to the files in a slot what a careless build might: changes, removes, replaces, adds.
  func tamper(with directory: FilePath, _ generator: inout SeededGenerator) throws {
    let manager = FileManager.default
    for path in nodes.keys.sorted() where Int.random(in: 0..<4, using: &generator) == 0 {
      let full = directory.pushing(FilePath(path)).string
      try? manager.removeItem(atPath: full)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: try? Data("tampered".utf8).write(to: URL(fileURLWithPath: full))
      case 1: try? manager.createSymbolicLink(atPath: full, withDestinationPath: "/etc")
      case 2: try? manager.createDirectory(atPath: full + "/left/behind", withIntermediateDirectories: true)
      default: break
      }
    }
  }

  private func randomPath(_ generator: inout SeededGenerator) -> String {
    (0..<Int.random(in: 1...3, using: &generator)).map { _ in Self.names.randomElement(using: &generator) ?? "a" }
      .joined(separator: "/")
  }
}
