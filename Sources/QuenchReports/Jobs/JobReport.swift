/// What a command came to, as the CI system of its job is told.
public struct JobReport: Sendable {
  /// Something that is shown at a place in the sources.
  public struct Annotation: Sendable, Hashable {
    /// What it is about, on one line.
    public var title: String
    /// What there is to say.
    public var message: String
    /// The file, relative to the root of the repository; nil where there is none.
    public var file: String?
    /// The line, counted from 1.
    public var line: Int?

    init(_ title: String, _ message: String, file: String? = nil, line: Int? = nil) {
      (self.title, self.message, self.file, self.line) = (title, message, file, line)
    }
  }

  /// A value that later steps of the job may go by.
  public struct Output: Sendable, Hashable {
    /// Its name, of letters and underscores.
    public var name: String
    /// The value, on one line.
    public var value: String

    init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  /// How it is shown.
  public var tone: Tone
  /// What went wrong, and where.
  public var annotations: [Annotation]
  /// The whole, as parts of Markdown, what matters most first.
  public var parts: [String]
  /// What later steps may go by.
  public var outputs: [Output]

  /// The whole in Markdown.
  ///
  /// - Parameter limit: how many bytes it may have.
  public func markdown(limit: Int) -> String { Markdown.joined(parts, limit: limit) }
}
