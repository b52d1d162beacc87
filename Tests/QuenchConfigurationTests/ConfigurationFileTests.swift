import Foundation
import QuenchConfiguration
import SystemPackage
import Testing

/// Finding and loading the file.
@Suite struct ConfigurationFileTests {
  /// Runs `body` in a scratch directory that is removed afterwards.
  private func inScratch(_ body: (FilePath) throws -> Void) throws {
    let url = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("quench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(FilePath(url.path))
  }

  private func write(_ text: String, to path: FilePath) throws {
    try FileManager.default.createDirectory(
      atPath: path.removingLastComponent().string, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path.string))
  }

  @Test func theNearestFileUpToTheRootCounts() throws {
    try inScratch { scratch in
      let root = scratch.appending("repo")
      let deep = root.appending("a/b/c")
      try write("outside", to: scratch.appending("quench.yml"))
      try FileManager.default.createDirectory(atPath: deep.string, withIntermediateDirectories: true)
      let error = #expect(throws: ConfigurationError.self) { try ConfigurationFile.locate(from: deep, root: root) }
      #expect(error?.code == .fileMissing)
      #expect(error?.remedy == "quench init")
      #expect(error?.message == "there is no quench.yml in \(deep) nor in a folder above it up to \(root)")
      try write("top", to: root.appending("quench.yml"))
      #expect(try ConfigurationFile.locate(from: deep, root: root) == root.appending("quench.yml"))
      try write("near", to: root.appending("a/quench.yml"))
      #expect(try ConfigurationFile.locate(from: deep, root: root) == root.appending("a/quench.yml"))
      #expect(try ConfigurationFile.load(root.appending("a/quench.yml")).text == "near")
      #expect(throws: ConfigurationError.self) { try ConfigurationFile.locate(from: deep) }
    }
  }

  @Test func anExplicitPathIsTheOnlyOneLookedAt() throws {
    try inScratch { scratch in
      try write("x", to: scratch.appending("quench.yml"))
      try write("y", to: scratch.appending("services/a.yml"))
      #expect(
        try ConfigurationFile.locate(from: scratch, root: scratch, explicit: "services/../services/a.yml")
          == scratch.appending("services/a.yml"))
      let absolute = scratch.appending("services/a.yml")
      #expect(try ConfigurationFile.locate(from: "/", explicit: absolute) == absolute)
      let error = #expect(throws: ConfigurationError.self) {
        try ConfigurationFile.locate(from: scratch, root: scratch, explicit: "b.yml")
      }
      #expect(error?.code == .fileMissing)
      #expect(error?.file == "b.yml")
    }
  }

  @Test func aFileOfAnotherSuffixIsPointedAt() throws {
    try inScratch { scratch in
      try write("x", to: scratch.appending("quench.yaml"))
      let error = #expect(throws: ConfigurationError.self) {
        try ConfigurationFile.locate(from: scratch, root: scratch)
      }
      #expect(error?.remedy == "mv \(scratch)/quench.yaml \(scratch)/quench.yml")
    }
  }

  @Test func whatIsNoTextIsRefused() throws {
    try inScratch { scratch in
      let folder = scratch.appending("quench.yml")
      try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
      let error = #expect(throws: ConfigurationError.self) { try ConfigurationFile.load(folder) }
      #expect(error?.code == .fileUnreadable)
      let missing = #expect(throws: ConfigurationError.self) { try ConfigurationFile.load(scratch.appending("no")) }
      #expect(missing?.code == .fileMissing)
      let large = scratch.appending("large.yml")
      try write(String(repeating: "#", count: (1 << 20) + 1), to: large)
      #expect(#expect(throws: ConfigurationError.self) { try ConfigurationFile.load(large) }?.code == .tooLarge)
    }
  }

  @Test func bytesThatAreNoUTF8HaveAPlace() {
    let bytes = Data("service:\n  name: é".utf8) + Data([0xC3, 0x28, 0x0A])
    let error = #expect(throws: ConfigurationError.self) { try ConfigurationFile.text(of: bytes, file: "q.yml") }
    #expect(error?.code == .yamlSyntax)
    #expect(error?.faults.map { [$0.line, $0.column] } == [[2, 10]])
  }

  @Test func aByteOrderMarkIsLeftOut() throws {
    let bytes = Data([0xEF, 0xBB, 0xBF]) + Data("service: { name: a, rn: b, run: c }".utf8)
    let text = try ConfigurationFile.text(of: bytes, file: "q.yml")
    #expect(text.hasPrefix("service"))
    let error = #expect(throws: ConfigurationError.self) { try Configuration.read(yaml: "\u{FEFF}" + text, file: "q") }
    #expect(error?.faults.map(\.column) == [21])
  }
}
