import Foundation
import GRDB
import QuenchSuites

extension Row {
  /// The date in a column of timestamps.
  func date(_ column: String) throws -> Date {
    try decode(Timestamp.self, forColumn: column).date
  }

  /// The outcome in a column of result words.
  func outcome(_ column: String) throws -> Outcome {
    try word(column)
  }

  /// The enumeration's case whose raw value a column holds.
  func word<Word: RawRepresentable>(_ column: String) throws -> Word where Word.RawValue == String {
    let text = try decode(String.self, forColumn: column)
    guard let word = Word(rawValue: text) else {
      // Only a hand or a damaged page writes a word that the table's own checks or this code did not.
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "unknown word \(text) in column \(column)")
    }
    return word
  }
}
