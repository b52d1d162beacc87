import QuenchDiagnostics

extension JobReport {
  /// One of the gate's rules, or of what a promotion met.
  public struct Reason: Sendable {
    /// The rule's name.
    public var rule: String
    /// Whether it holds.
    public var isMet: Bool
    /// What was found.
    public var detail: String
    /// What to do next.
    public var next: String?

    /// Describes a reason.
    public init(rule: String, isMet: Bool, detail: String, next: String?) {
      (self.rule, self.isMet, self.detail, self.next) = (rule, isMet, detail, next)
    }
  }

  /// The report on a promotion, or on what would be decided of one.
  ///
  /// - Parameters:
  ///   - result: the word for what it came to.
  ///   - subject: what it is about, in words.
  ///   - sentence: what there is to say beside the reasons; nil for nothing.
  ///   - outputs: what later steps may go by.
  public init(
    _ result: String, tone: Tone, of subject: String, _ sentence: String?, _ reasons: [Reason],
    outputs: [(name: String, value: String)]
  ) {
    self.tone = tone
    self.outputs = [Output("result", result)] + outputs.map { Output($0.name, $0.value) }
    let unmet = reasons.filter { !$0.isMet }
    annotations = unmet.map { reason in
      Annotation(
        Excerpt.line("\(result): \(reason.rule)"),
        [reason.detail, reason.next.map { "next: \($0)" }].compactMap(\.self).joined(separator: "\n").printable)
    }
    parts = ["### \(tone.mark) \(Markdown.text(result)) \(Markdown.text(subject))"]
    if let sentence { parts.append(Markdown.text(sentence)) }
    if !reasons.isEmpty {
      let rows = (unmet + reasons.filter(\.isMet)).map { reason in
        [
          "\((reason.isMet ? Tone.good : Tone.bad).mark) \(Markdown.text(reason.rule))", Markdown.text(reason.detail),
          reason.next.map { Markdown.code($0) } ?? "",
        ]
      }
      parts.append(Markdown.table(["rule", "found", "next"], rows))
    }
  }
}
