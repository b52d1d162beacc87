import Foundation
import QuenchState
import SystemPackage
import Testing

@Suite struct ControlTokenTests {
  @Test func itIsMadeOnceAndKept() throws {
    let scratch = try Scratch()
    let socket = scratch.state.run.appending("control")
    #expect(ControlToken(beside: socket) == nil)
    let token = try ControlToken.make(beside: socket)
    #expect(try ControlToken.make(beside: socket) == token)
    #expect(ControlToken(beside: socket) == token)
    #expect(token.text.count == 32)
    let attributes = try FileManager.default.attributesOfItem(atPath: "\(socket).token")
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.state.run.string) == ["control.token"])
    #expect(scratch.state.protected.contains { socket.starts(with: $0) }, "code under test cannot read it")
    #expect(try ControlToken.make(beside: scratch.state.run.appending("other")) != token)
  }

  @Test func onlyTheVeryTextIsIt() throws {
    let scratch = try Scratch()
    let token = try ControlToken.make(beside: scratch.state.run.appending("control"))
    #expect(token.isShown(by: token.text))
    for text in [nil, "", String(token.text.dropLast()), token.text + "0", String(repeating: "x", count: 32)] {
      #expect(!token.isShown(by: text))
    }
  }

  @Test func oneThatOthersCanReadIsNone() throws {
    let scratch = try Scratch()
    let socket = scratch.state.run.appending("control")
    let token = try ControlToken.make(beside: socket)
    chmod("\(socket).token", 0o644)
    #expect(ControlToken(beside: socket) == nil)
    #expect(try ControlToken.make(beside: socket) != token)
  }
}
