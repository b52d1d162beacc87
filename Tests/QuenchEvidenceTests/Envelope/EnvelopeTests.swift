import Foundation
import Generators
import Testing

@testable import QuenchEvidence

@Suite("Envelope")
struct EnvelopeTests {
  private let payload = Data(#"{"_type":"https://in-toto.io/Statement/v1"}"#.utf8)
  private let keys = (0..<3).map { _ in SigningKey() }

  private func line(_ envelope: Envelope) throws -> String { String(decoding: try envelope.encoded(), as: UTF8.self) }

  @Test("What is signed is the protocol's own example")
  func preAuthenticationEncoding() {
    let message = PreAuthenticationEncoding.message(Data("hello world".utf8), type: "http://example.com/HelloWorld")
    #expect(message == Data("DSSEv1 29 http://example.com/HelloWorld 11 hello world".utf8))
    #expect(PreAuthenticationEncoding.message(Data(), type: "é") == Data("DSSEv1 2 é 0 ".utf8))
  }

  @Test("An envelope is one line of JSON, and read again it gives out the signed bytes")
  func roundTrip() throws {
    let envelope = try Envelope(signing: payload, with: keys)
    let text = try line(envelope)
    #expect(!text.contains("\n"))
    let again = try Envelope(decoding: Data(text.utf8))
    #expect(again == envelope)
    let verified = try again.verified(by: keys.map(\.publicKey))
    #expect(verified.bytes == payload)
    #expect(verified.type == "application/vnd.in-toto+json")
    #expect(verified.signers == keys.map(\.id).sorted())
    #expect(try again.verified(by: [keys[1].publicKey]).signers == [keys[1].id])
  }

  @Test("Base64 is read in both alphabets, padded or not, and nothing else is")
  func base64() {
    let bytes = Data([0xfb, 0xff, 0xfe, 0x01])
    for text in ["+//+AQ==", "+//+AQ", "-__-AQ==", "-__-AQ"] { #expect(Base64Text.decode(text) == bytes, "\(text)") }
    #expect(Base64Text.decode("") == Data())
    for text in ["+__+AQ==", "+//+AQ=", "+//+A", "=", "====", "+//+\nAQ==", "+//+AR==", "+//+ AQ", "+/=/+AQ="] {
      #expect(Base64Text.decode(text) == nil, "\(text)")
    }
  }

  @Test("An envelope with the other alphabet and without padding verifies")
  func urlAlphabet() throws {
    let text = try line(Envelope(signing: Data([0xfb, 0xff, 0xfe, 1]), with: keys))
    var object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    object["payload"] = "-__-AQ"
    let again = try Envelope(decoding: JSONSerialization.data(withJSONObject: object))
    #expect(try again.verified(by: [keys[0].publicKey]).bytes == Data([0xfb, 0xff, 0xfe, 1]))
  }

  @Test("The name that an envelope gives a key decides nothing")
  func keyHint() throws {
    let signed = try line(Envelope(signing: payload, with: [keys[0]]))
    let id = keys[0].id.description
    for hint in [keys[1].id.description, "", "ci"] {
      let envelope = try Envelope(decoding: Data(signed.replacing(id, with: hint).utf8))
      #expect(try envelope.verified(by: [keys[0].publicKey]).signers == [keys[0].id], "\(hint)")
    }
    let none = try Envelope(decoding: Data(signed.replacing(#""keyid":"\#(id)","#, with: "").utf8))
    #expect(try none.verified(by: [keys[0].publicKey]).signers == [keys[0].id])
    // A trusted name on a foreign signature.
    let claimed = try Envelope(decoding: Data(signed.replacing(id, with: keys[1].id.description).utf8))
    let error = #expect(throws: EvidenceError.self) { try claimed.verified(by: [keys[1].publicKey]) }
    #expect(error?.code == .signatureInvalid)
  }

  @Test("One trusted signature is enough, whatever stands beside it")
  func mixedSignatures() throws {
    var object = try #require(
      try JSONSerialization.jsonObject(with: Envelope(signing: payload, with: keys).encoded()) as? [String: Any])
    var signatures = try #require(object["signatures"] as? [[String: String]])
    signatures[0]["sig"] = "not base64!"
    signatures[1]["sig"] = "AAAA"
    object["signatures"] = signatures
    let envelope = try Envelope(decoding: JSONSerialization.data(withJSONObject: object))
    #expect(try envelope.verified(by: keys.map(\.publicKey)).signers == [keys[2].id])
    let error = #expect(throws: EvidenceError.self) { try envelope.verified(by: [keys[0].publicKey]) }
    #expect(error?.code == .signatureMalformed)
  }

  @Test("Each refusal has its own reason")
  func refusals() throws {
    func code(_ envelope: Envelope, _ trusted: [VerificationKey]) -> EvidenceError.Code? {
      #expect(throws: EvidenceError.self) { try envelope.verified(by: trusted) }?.code
    }
    let envelope = try Envelope(signing: payload, with: [keys[0]])
    #expect(code(envelope, [keys[1].publicKey]) == .signerUnknown)
    #expect(code(envelope, []) == .signerUnknown)
    #expect(code(try Envelope(signing: payload, with: []), [keys[0].publicKey]) == .signatureMissing)
    let other = try line(Envelope(signing: Data("other".utf8), with: [keys[0]]))
    let moved = try line(envelope).replacing(
      payload.base64EncodedString(), with: Data("other".utf8).base64EncodedString())
    #expect(moved != other)
    #expect(code(try Envelope(decoding: Data(moved.utf8)), [keys[0].publicKey]) == .signatureInvalid)
    let typed = try line(envelope).replacing("vnd.in-toto+json", with: "vnd.in-toto2+json")
    #expect(code(try Envelope(decoding: Data(typed.utf8)), [keys[0].publicKey]) == .signatureInvalid)
  }

  @Test("What is too large, or has too many signatures, is not read")
  func bounds() throws {
    let error = #expect(throws: EvidenceError.self) {
      try Envelope(decoding: Data(repeating: UInt8(ascii: " "), count: Envelope.largestSize + 1))
    }
    #expect(error?.code == .envelopeTooLarge)
    #expect(throws: EvidenceError.self) {
      try Envelope(signing: Data(count: Envelope.largestSize), with: [keys[0]])
    }
    let many =
      #"{"payload":"","payloadType":"t","signatures":[\#([String](repeating: #"{"sig":""}"#, count: 33).joined(separator: ","))]}"#
    #expect(throws: EvidenceError.self) { try Envelope(decoding: Data(many.utf8)) }
  }

  @Test("No damage makes other bytes verify, nor ends the reader", arguments: [7, 77, 777] as [UInt64])
  func fuzz(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let text = try line(Envelope(signing: payload, with: [keys[0]]))
    var verified = 0
    for _ in 0..<4000 {
      let bytes = Data(generator.damaged(text))
      guard let envelope = try? Envelope(decoding: bytes) else { continue }
      guard let result = try? envelope.verified(by: [keys[0].publicKey]) else { continue }
      verified += 1
      #expect(result.bytes == payload && result.type == Envelope.statementType)
    }
    // Some damage does nothing, such as to the name of the key: the rule above was put to the test.
    #expect(verified > 0)
  }
}
