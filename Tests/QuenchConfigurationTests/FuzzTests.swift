import Foundation
import Generators
import QuenchConfiguration
import Testing

/// Whatever the bytes, there is a configuration or an error with places in the file: no crash, no hang.
@Suite struct FuzzTests {
  @Test(.timeLimit(.minutes(5)), arguments: [UInt64(1), 2, 3, 4])
  func mutatedFilesReadOrAreRefused(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let seeds = [
      GoldenFileTests.example, GoldenFileTests.everyKey, QuenchYAML.text(of: QuenchYAMLTests.draft), AnchorTests.laughs,
    ].map { Array($0.utf8) }
    var values = 0
    for iteration in 0..<500 {
      var bytes = seeds[Int.random(in: 0..<seeds.count, using: &generator)]
      for _ in 0..<Int.random(in: 1...4, using: &generator) { mutate(&bytes, &generator) }
      let outcome = Result { try Self.read(Data(bytes)) }
      switch outcome {
      case .success: values += 1
      case .failure(let error as ConfigurationError):
        let places = error.faults.map { [$0.line, $0.column] }
        #expect(!places.isEmpty && places.allSatisfy { $0[0] >= 1 && $0[1] >= 1 }, "seed \(seed), \(iteration)")
        #expect(places.elementsEqual(places.sorted { $0.lexicographicallyPrecedes($1) }), "seed \(seed), \(iteration)")
        #expect(error.code == error.faults.first?.code)
        #expect(error.message.contains("quench.yml:\(error.faults.first?.line ?? 0):"))
      case .failure(let error): Issue.record("seed \(seed), iteration \(iteration): \(error)")
      }
    }
    #expect(values > 0 && values < 500, "seed \(seed): the mutations have to lead both ways, not \(values) of 500")
  }

  private static func read(_ bytes: Data) throws -> Configuration {
    try Configuration.read(yaml: ConfigurationFile.text(of: bytes, file: "quench.yml"), file: "quench.yml")
  }

  private func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
    guard !bytes.isEmpty else { return bytes.append(UInt8(ascii: "a")) }
    let place = Int.random(in: 0..<bytes.count, using: &generator)
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
    case 2: bytes.remove(at: place)
    case 3:
      let tokens = [
        "[", "{", "}", "]", ":", ": ", "- ", "? ", "&a ", "*a ", "!x ", "\"", "'", "|", "\n", "\t", "<<: ", "#",
      ]
      bytes.insert(contentsOf: Array(tokens[Int.random(in: 0..<tokens.count, using: &generator)].utf8), at: place)
    case 4, 5, 6:
      var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
      let line = Int.random(in: 0..<lines.count, using: &generator)
      let other = Int.random(in: 0..<lines.count, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: lines.remove(at: line)
      case 1: lines.insert(lines[line], at: line)
      case 2: lines.swapAt(line, other)
      default: lines.insert(Array(repeating: UInt8(ascii: " "), count: 2) + lines[line], at: other)
      }
      bytes = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    default:
      let opener = Array(["[", "{a: ", "- ", "? "][Int.random(in: 0..<4, using: &generator)].utf8)
      let count = [3, 70, 1100][Int.random(in: 0..<3, using: &generator)]
      bytes.insert(contentsOf: Array(repeating: opener, count: count).joined(), at: place)
    }
  }
}
