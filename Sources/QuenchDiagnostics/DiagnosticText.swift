import Foundation

/// Renders any error as the short tree that people read on a terminal.
public enum DiagnosticText {
  /// The lines for `error`: its message, each cause indented below the one it explains, then the remedy.
  public static func lines(of error: any Error) -> [String] {
    var lines: [String] = []
    var remedy: String?
    var next: (any Error)? = error
    var depth = 0
    while let current = next {
      let prefix = depth == 0 ? "" : String(repeating: "  ", count: depth - 1) + "└─ "
      guard let diagnostic = current as? any Diagnostic else {
        lines.append(prefix + message(of: current))
        break
      }
      lines.append(prefix + diagnostic.message)
      remedy = remedy ?? diagnostic.remedy
      next = diagnostic.cause
      depth += 1
    }
    if let remedy { lines.append("next: \(remedy)") }
    return lines
  }

  /// What `error` says of itself, without its causes; of a file operation, the system's own words for what went wrong.
  public static func message(of error: any Error) -> String {
    if let diagnostic = error as? any Diagnostic { return diagnostic.message }
    if let number = SystemFailure(error)?.number { return String(cString: strerror(number)) }
    let system = error as NSError
    return [NSCocoaErrorDomain, NSURLErrorDomain].contains(system.domain)
      ? system.localizedDescription : String(describing: error)
  }
}
