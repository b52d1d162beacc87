import ArgumentParser
import QuenchDiagnostics
import Testing

@testable import QuenchCommands

/// Texts for people: help within 80 columns, and small numbers.
@Suite("Words")
struct WordTests {
  private static let commands: [any ParsableCommand.Type] = {
    func all(_ command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
      [command] + command.configuration.subcommands.flatMap(all)
        + command.configuration.groupedSubcommands.flatMap { $0.subcommands.flatMap(all) }
    }
    return all(QuenchCommand.self)
  }()

  @Test("Indented lines of help are not broken, for what is broken goes on at the margin")
  func helpFits() {
    #expect(Self.commands.count > 10)
    for command in Self.commands {
      for line in command.configuration.discussion.split(separator: "\n") where line.hasPrefix(" ") {
        #expect(line.count < 80, "\(command): \(line)")
      }
    }
  }

  @Test("Bytes have units, and nothing is no kilobyte")
  func bytes() {
    #expect(ByteCount(bytes: 0).description == "0 bytes")
    #expect(ByteCount(bytes: 1).description == "1 byte")
    #expect(ByteCount(bytes: 2_000_000).description == "2 MB")
    #expect(ByteCount(argument: "1") == nil)
    #expect(ByteCount(argument: "0")?.bytes == 0)
    #expect(ByteCount(argument: "1.5GB")?.bytes == 1_500_000_000)
    #expect(ByteCount(argument: "2KiB")?.bytes == 2048)
  }

  @Test("What took no time that could be shown is not said to have taken none")
  func seconds() {
    #expect(0.0.asSeconds == "under 0.01 s")
    #expect(0.25.asSeconds == "0.25 s")
  }
}
