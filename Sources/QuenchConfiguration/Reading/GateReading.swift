extension Field {
  /// The `gate` section; `suites` are the names that the file defines.
  func gate(suites: [String]) -> GateConfiguration {
    var gate = GateConfiguration()
    guard !value.isNull, let section = section(known: KnownKeys.gate) else { return gate }
    gate.suites = section["suites"]?.gateSuites(known: suites)
    gate.branch = section["branch"]?.revisionName()
    gate.signers = section["signers"]?.signers(suites: suites) ?? []
    if let runs = section["minimum-runs"]?.integer(in: 1...1000) { gate.minimumRuns = runs }
    gate.maximumFlakeRate = section["max-flake-rate"]?.fraction()
    if let fastForward = section["fast-forward"]?.flag() { gate.fastForward = fastForward }
    gate.buildMode = section["build-mode"]?.choice(ServiceConfiguration.BuildMode.self)
    gate.maximumAge = section["max-age"]?.duration(bareUnit: "d")
    gate.approvals = section["approvals"]?.approvals()
    gate.freezes = section["freeze"]?.freezes() ?? []
    return gate
  }

  private func gateSuites(known: [String]) -> [String]? {
    distinct("suite names", orElse: "leave the key out to ask for every suite") { element, name in
      guard !known.contains(name) else { return }
      element.refuse(
        "names \(Quotation.of(name)), but `suites` has no such suite", suggestion: Spelling.nearest(to: name, in: known)
      )
    }
  }

  private func signers(suites: [String]) -> [GateConfiguration.Signer]? {
    keyFiles(orElse: "leave the key out to accept unsigned evidence", known: KnownKeys.signer) { key, section in
      var signer = GateConfiguration.Signer(key: key)
      signer.suites = section?["suites"]?.gateSuites(known: suites)
      return signer
    }
  }

  private func freezes() -> [FreezeWindow]? {
    list(of: "{ from: Fri 16:00, to: Mon 08:00 }")?.compactMap { element in
      guard let section = element.section(known: KnownKeys.freeze),
        let from = section.required("from")?.moment(), let to = section.required("to")?.moment()
      else { return nil }
      if from == to {
        element.refuse("begins when it ends, so nothing is ever frozen")
      } else if let first = from.order, let last = to.order, last < first {
        element.refuse("ends before it begins, so nothing is ever frozen")
      }
      if from.isWeekly != to.isWeekly {
        element.refuse("begins on a weekday and ends on a date, or the other way round: both are of one kind")
      }
      return FreezeWindow(from: from, to: to, reason: section["reason"]?.line())
    }
  }

  private func moment() -> FreezeWindow.Moment? {
    guard let text = line() else { return nil }
    guard let moment = FreezeWindow.Moment(text) else {
      refuse("is a weekday with a time, such as Fri 16:00, or a date, such as 2026-12-20, not \(Quotation.of(text))")
      return nil
    }
    return moment
  }

  private func approvers() -> [GateConfiguration.Approver]? {
    keyFiles(orElse: "leave `gate.approvals` out to ask nobody", known: KnownKeys.approver) { key, section in
      var approver = GateConfiguration.Approver(key: key)
      approver.user = section?["user"]?.line()
      approver.emails = section?["emails"]?.list(of: "addresses")?.compactMap { $0.line() } ?? []
      return approver
    }
  }

  private func approvals() -> GateConfiguration.Approvals? {
    guard let section = section(known: KnownKeys.approvals) else { return nil }
    guard let keys = section.required("keys")?.approvers() else { return nil }
    var approvals = GateConfiguration.Approvals(keys: keys)
    if let required = section["required"]?.integer(in: 1...1000) { approvals.required = required }
    if let allowsSelf = section["self"]?.flag() { approvals.allowsSelf = allowsSelf }
    if approvals.required > keys.count, let field = section["required"], !keys.isEmpty {
      field.refuse("is \(approvals.required), but there are only \(keys.count) keys to approve with")
    }
    return approvals
  }

  /// A list of public key files, each by its path alone or by a section that says more of it, and none twice.
  private func keyFiles<Entry>(
    orElse advice: String, known: [String], entry: (_ key: String, _ section: Section?) -> Entry
  ) -> [Entry]? {
    guard let elements = list(of: "public key files") else { return nil }
    if elements.isEmpty { refuse("is an empty list; \(advice)") }
    var keys: Set<String> = []
    return elements.compactMap { element in
      var section: Section?
      if case .mapping = element.value.kind {
        section = element.section(known: known)
        if section == nil { return nil }
      }
      let named = if let section { section.required("key")?.line() } else { element.line() }
      guard let key = named else { return nil }
      let made = entry(key, section)
      if !keys.insert(key).inserted { element.refuse("names \(Quotation.of(key)) twice") }
      return made
    }
  }

  /// A list with at least one element and none twice; an empty one could be taken for "no condition".
  private func distinct(_ wanted: String, orElse advice: String, check: (Field, String) -> Void) -> [String]? {
    guard let elements = list(of: wanted) else { return nil }
    if elements.isEmpty { refuse("is an empty list; \(advice)") }
    var names: [String] = []
    for element in elements {
      guard let name = element.line() else { continue }
      if names.contains(name) { element.refuse("names \(Quotation.of(name)) twice") } else { check(element, name) }
      names.append(name)
    }
    return names
  }
}
