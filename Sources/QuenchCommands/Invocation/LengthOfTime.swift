import ArgumentParser
import QuenchConfiguration

/// A length of time on the command line: `90s`, `15m`, `1h`.
struct LengthOfTime: CustomStringConvertible {
  let duration: Duration

  init(_ duration: Duration) { self.duration = duration }

  /// Reads an option's value.
  ///
  /// - Throws: `ValidationError` that says what is wrong with it.
  @Sendable static func reading(_ argument: String) throws -> LengthOfTime {
    do {
      return LengthOfTime(try DurationText.parse(argument))
    } catch {
      throw ValidationError("it \(error.reason)" + (error.suggestion.map { "; did you mean \($0)?" } ?? ""))
    }
  }

  var description: String { "\(duration.components.seconds)s" }
}
