/// Replaces secret values in texts by `***`, by the same rules as `quench launch` does in what its commands print.
public struct SecretMask: Sendable {
  /// What shorter ones would hide is the text, and they would protect nothing.
  private static let shortestSecret = 4
  private static let shortestPart = 8

  /// Where one secret begins with another, the longer one goes as a whole, so it comes first.
  private let secrets: [String]

  /// A mask of values, their lines and the passwords of addresses among them.
  public init(_ values: some Sequence<String>) {
    var secrets: Set<String> = []
    for value in values {
      Self.add(value, atLeast: Self.shortestSecret, to: &secrets)
      let lines = value.split(whereSeparator: \.isNewline)
      if lines.count > 1 { for line in lines { Self.add(line, atLeast: Self.shortestPart, to: &secrets) } }
      if let match = value.firstMatch(of: /:\/\/([^:\/?#\s]*):([^\/?#\s]*)@/), match.1 != match.2 {
        Self.add(match.2, atLeast: Self.shortestSecret, to: &secrets)
      }
    }
    self.secrets = secrets.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
  }

  private static func add(_ text: some StringProtocol, atLeast length: Int, to secrets: inout Set<String>) {
    let blanks: Set<Character> = [" ", "\t", "\r", "\n", "\r\n"]
    let secret = text.drop { blanks.contains($0) }.reversed().drop { blanks.contains($0) }.reversed()
    if String(secret).utf8.count >= length { secrets.insert(String(secret)) }
  }

  /// The text without the secrets.
  public func masking(_ text: String) -> String {
    secrets.reduce(text) { $0.contains($1) ? $0.replacing($1, with: "***") : $0 }
  }
}
