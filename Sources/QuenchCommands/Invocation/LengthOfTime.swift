import ArgumentParser
import QuenchConfiguration

/// A length of time on the command line: `90s`, `15m`, `1h`.
struct LengthOfTime: ExpressibleByArgument, CustomStringConvertible {
  let duration: Duration

  init(_ duration: Duration) { self.duration = duration }

  init?(argument: String) {
    guard let duration = try? DurationText.parse(argument), duration >= .zero else { return nil }
    self.duration = duration
  }

  var description: String { "\(duration.components.seconds)s" }
}
