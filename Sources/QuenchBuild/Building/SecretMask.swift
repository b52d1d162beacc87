import Foundation

/// Hides secrets in what a build prints.
struct SecretMask: Sendable {
  /// Shorter values are left alone: hiding every `1` or `yes` would hide the log and protect nothing.
  static let shortest = 4
  static let replacement = "***"

  private let values: [String]

  /// A mask for these values; of one with several lines, such as a key, each line is hidden.
  init(_ secrets: some Sequence<String>) {
    let parts = secrets.flatMap { [$0] + $0.split(whereSeparator: \.isNewline).map(String.init) }
    let trimmed = parts.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    // The longest first, so that one which is part of another does not leave the rest of it.
    values = Set(trimmed.filter { $0.count >= Self.shortest }).sorted { ($1.count, $0) < ($0.count, $1) }
  }

  /// The line without the secrets.
  func hide(_ line: String) -> String {
    values.reduce(line) { $0.contains($1) ? $0.replacingOccurrences(of: $1, with: Self.replacement) : $0 }
  }
}
