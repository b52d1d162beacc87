/// The text of a file in lines, for positions to be looked up and shown.
struct SourceText {
  /// The file's scalars without a byte order mark.
  private(set) var scalars: [Unicode.Scalar]
  private let lineStarts: [Int]

  init(_ text: String) {
    var scalars = Array(text.unicodeScalars)
    if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
    var starts = [0]
    var index = 0
    while index < scalars.count {
      defer { index += 1 }
      guard Self.isLineBreak(scalars[index]) else { continue }
      if scalars[index] == "\r", index + 1 < scalars.count, scalars[index + 1] == "\n" { index += 1 }
      starts.append(index + 1)
    }
    self.scalars = scalars
    lineStarts = starts
  }

  /// The whole text.
  var string: String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  /// The offset of `position` in `scalars`, or nil when there is no such place.
  func offset(of position: Position) -> Int? {
    guard lineStarts.indices.contains(position.line - 1), position.column >= 1 else { return nil }
    let offset = lineStarts[position.line - 1] + position.column - 1
    return offset <= scalars.count ? offset : nil
  }

  /// The place of the scalar at `offset`.
  func position(of offset: Int) -> Position {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return Position(line: low + 1, column: offset - lineStarts[low] + 1)
  }

  /// The scalars of a line without its line break; empty for a line past the end.
  func line(_ number: Int) -> ArraySlice<Unicode.Scalar> {
    guard lineStarts.indices.contains(number - 1) else { return [] }
    let end = number < lineStarts.count ? lineStarts[number] : scalars.count
    var line = scalars[lineStarts[number - 1]..<end]
    while let last = line.last, Self.isLineBreak(last) { line.removeLast() }
    return line
  }

  /// Puts other scalars of the same number in the place of those from `offset` on, so that no position moves.
  mutating func overwrite(from offset: Int, with replacement: [Unicode.Scalar]) {
    scalars.replaceSubrange(offset..<(offset + replacement.count), with: replacement)
  }

  /// The line breaks of YAML 1.1, section 4.2, which is what libyaml counts lines by.
  static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
    ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar)
  }
}
