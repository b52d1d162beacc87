/// A key with its value, read as the type that is wanted; what does not fit becomes a fault and reads as nil.
struct Field {
  /// The key itself.
  let key: String
  /// The path of the key, such as `service.health.interval`.
  let path: String
  /// Where the key stands.
  let keyPosition: Position
  let value: YAMLValue
  let log: FaultLog

  /// Where the value stands.
  var position: Position { value.position }

  /// Notes that the value is of another type than is `wanted`.
  func refuseType(wanted: String, suggestion: String? = nil) {
    guard !value.isNull else {
      // An empty value has no place of its own, so the key is shown.
      return log.add(keyPosition, .wrongType, "`\(path)` has no value; it takes \(wanted)")
    }
    log.add(
      position, .wrongType, "`\(path)` takes \(wanted), not \(value.noun)", suggestion: suggestion)
  }

  /// Notes that the value is of the right type and can not be.
  func refuse(_ reason: String, suggestion: String? = nil) {
    log.add(position, .badValue, "`\(path)` \(reason)", suggestion: suggestion)
  }

  /// A scalar as it is written, which may be empty.
  func scalar(wanted: String = "a text") -> String? {
    guard case .scalar(let text, _) = value.kind else {
      refuseType(wanted: wanted)
      return nil
    }
    return text
  }

  /// A text that says something; a number or `true` is taken as it is written.
  func text(wanted: String = "a text") -> String? {
    guard case .scalar(let text, _) = value.kind, !value.isNull else {
      refuseType(wanted: wanted)
      return nil
    }
    guard !text.allSatisfy(\.isWhitespace) else {
      refuse("is empty; it takes \(wanted)")
      return nil
    }
    return text
  }

  /// A text on a single line.
  func line(wanted: String = "a text") -> String? {
    guard let text = text(wanted: wanted) else { return nil }
    guard !text.unicodeScalars.contains(where: SourceText.isLineBreak) else {
      refuse("goes over several lines; it takes \(wanted) on one line")
      return nil
    }
    return text
  }

  /// A whole number within `range`.
  func integer(in range: ClosedRange<Int>) -> Int? {
    let wanted = "a whole number"
    guard case .scalar(let text, let isPlain) = value.kind, !value.isNull else {
      refuseType(wanted: wanted)
      return nil
    }
    guard isPlain, let number = Int(text), !text.hasPrefix("+") else {
      let meant = Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
      log.add(
        position, .wrongType, "`\(path)` takes \(wanted), not \(Quotation.of(text))",
        suggestion: meant.flatMap { range.contains($0) ? String($0) : nil })
      return nil
    }
    guard range.contains(number) else {
      refuse(
        number < range.lowerBound
          ? "is at least \(range.lowerBound), not \(number)" : "is at most \(range.upperBound), not \(number)")
      return nil
    }
    return number
  }

  /// A share from 0 to 1.
  func fraction() -> Double? {
    let wanted = "a share from 0 to 1"
    guard case .scalar(let text, let isPlain) = value.kind, !value.isNull else {
      refuseType(wanted: wanted)
      return nil
    }
    guard isPlain, let number = Double(text), number.isFinite else {
      let percent = text.hasSuffix("%") ? Double(text.dropLast()) : nil
      log.add(
        position, .wrongType, "`\(path)` takes \(wanted), not \(Quotation.of(text))",
        suggestion: percent.flatMap { (0...100).contains($0) ? String($0 / 100) : nil })
      return nil
    }
    guard (0...1).contains(number) else {
      refuse("is a share from 0 to 1, not \(Quotation.of(text))")
      return nil
    }
    return number
  }

  /// `true` or `false`, unquoted.
  func flag() -> Bool? {
    guard case .scalar(let text, let isPlain) = value.kind, !value.isNull else {
      refuseType(wanted: "true or false")
      return nil
    }
    if isPlain, let flag = Bool(text) { return flag }
    let meant: String? =
      switch text.lowercased() {
      case "true", "yes", "on", "y", "1": "true"
      case "false", "no", "off", "n", "0": "false"
      default: Spelling.nearest(to: text, in: ["true", "false"])
      }
    log.add(position, .wrongType, "`\(path)` takes true or false, not \(Quotation.of(text))", suggestion: meant)
    return nil
  }

  /// A duration; `bareUnit` is suggested for a number without one.
  func duration(positive: Bool = true, atMost longest: Duration? = nil, bareUnit: String = "s") -> Duration? {
    guard case .scalar(let text, _) = value.kind, !value.isNull else {
      refuseType(wanted: "a duration such as 30s")
      return nil
    }
    do {
      let duration = try DurationText.parse(text, bareUnit: bareUnit)
      if positive, duration <= .zero {
        refuse("is longer than nothing, not \(Quotation.of(text))")
        return nil
      }
      if let longest, duration > longest {
        refuse("is at most \(DurationText.format(longest)), not \(Quotation.of(text))")
        return nil
      }
      return duration
    } catch {
      refuse("is \(Quotation.of(text)), which \(error.reason)", suggestion: error.suggestion)
      return nil
    }
  }

  /// One of the raw values of `Choice`.
  func choice<Choice>(_ type: Choice.Type) -> Choice?
  where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
    let known = Choice.allCases.map(\.rawValue)
    return word(of: known).flatMap(Choice.init(rawValue:))
  }

  /// One of the words `known`.
  func word(of known: [String]) -> String? {
    let wanted = known.count == 1 ? "`\(known[0])`" : "one of " + known.joined(separator: ", ")
    guard case .scalar(let text, _) = value.kind, !value.isNull else {
      refuseType(wanted: wanted)
      return nil
    }
    if known.contains(text) { return text }
    let bare = text.uppercased().hasPrefix("SIG") ? String(text.dropFirst(3)) : text
    refuse("is \(wanted), not \(Quotation.of(text))", suggestion: Spelling.nearest(to: bare, in: known))
    return nil
  }
}
