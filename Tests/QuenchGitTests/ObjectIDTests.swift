import Foundation
import Generators
import QuenchGit
import Testing

@Suite struct ObjectIDTests {
  @Test func isSpelledInLowercaseDigits() throws {
    let text = "00ff12ab34cd56ef7890a1b2c3d4e5f60718293a"
    let id = try #require(ObjectID(text))
    #expect(id.description == text)
    #expect(ObjectID(text.uppercased()) == id)
    #expect(id.abbreviated == "00ff12a")
    #expect(try JSONDecoder().decode([ObjectID].self, from: JSONEncoder().encode([id])) == [id])
  }

  @Test(arguments: ["", "00ff", String(repeating: "g", count: 40), String(repeating: "0", count: 41), "é"])
  func otherTextsAreNone(text: String) {
    #expect(ObjectID(text) == nil)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([ObjectID].self, from: JSONEncoder().encode([text]))
    }
  }

  @Test func isOrderedAsItIsSpelled() {
    var generator = SeededGenerator(seed: 5)
    let texts = (0..<200).map { _ in
      (0..<40).map { _ in String(Int.random(in: 0..<16, using: &generator), radix: 16) }.joined()
    }
    #expect(texts.sorted() == texts.compactMap { ObjectID($0) }.sorted().map(\.description))
  }
}
