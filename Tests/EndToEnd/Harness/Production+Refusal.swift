import Testing

extension Production {
  /// A promotion is refused with a rule that failed, its detail and the next command, and production is as it was.
  ///
  /// - Parameter live: what production goes on to answer with; the first revision unless given.
  func refuses(
    _ revision: String, because word: String, live: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let before = try await instances().compactMap(\.["pid"].number)
    let answer = try await world.ask("promote", revision)
    #expect(answer.status == 1, "\(answer.outcome)", sourceLocation: sourceLocation)
    #expect(answer.json["schema"].string == "quench.promotion/v1", sourceLocation: sourceLocation)
    #expect(answer.json["result"].string == "REFUSED", sourceLocation: sourceLocation)
    let failed = answer.json["reasons"].array.filter { $0["ok"].bool == false }
    #expect(!failed.isEmpty, "\(answer.outcome)", sourceLocation: sourceLocation)
    for reason in failed {
      #expect(reason["rule"].string?.isEmpty == false, sourceLocation: sourceLocation)
      #expect(reason["detail"].string?.isEmpty == false, sourceLocation: sourceLocation)
      #expect(reason["next"].string?.contains(#/quench |git /#) == true, "\(reason)", sourceLocation: sourceLocation)
    }
    let details = failed.compactMap(\.["detail"].string).joined(separator: "\n")
    #expect(details.contains(word), "\(details)", sourceLocation: sourceLocation)
    let text = try await world.quench("promote", revision)
    #expect(text.status == 1 && text.text.contains("REFUSED"), "\(text)", sourceLocation: sourceLocation)
    #expect(text.text.contains(word) && text.text.contains("next:"), "\(text)", sourceLocation: sourceLocation)
    let after = try await instances().compactMap(\.["pid"].number)
    #expect(before == after, "production is untouched", sourceLocation: sourceLocation)
    try answers(live ?? first, "production is untouched", sourceLocation: sourceLocation)
  }
}
