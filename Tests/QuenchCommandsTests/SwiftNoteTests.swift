import Foundation
import QuenchState
import SystemPackage
import Testing

@testable import QuenchCommands

@Suite struct SwiftNoteTests {
  @Test func anotherSwiftCountsFromWhenItWasFirstSeen() throws {
    let folder = try TemporaryDirectory()
    defer { folder.remove() }
    let state = StateDirectory(root: folder.path)
    let first = SwiftNote.note("6.2", in: state)
    #expect(first.since == .distantPast, "nothing says that it was ever another")
    let now = Date(timeIntervalSince1970: 1_700_000_000)
    #expect(SwiftNote.note("6.3", in: state, now: now).since == now)
    #expect(SwiftNote.note("6.3", in: state).since == now)
    #expect(SwiftNote.note("6.2", in: state).since > now, "what it said before the other is old")
  }
}
