import Foundation
import QuenchBuild
import QuenchConfiguration
import QuenchEvidence
import QuenchGit
import QuenchLedger
import QuenchManagers
import QuenchSuites
import QuenchVerification

extension Workspace {
  /// The revisions of a range `A..B`, newest first.
  ///
  /// - Throws: `UsageError` when there are none, which is said differently for ends that are the wrong way round.
  func revisions(ofRange range: String) async throws -> [Revision] {
    let revisions = try await repository.range(range)
    guard revisions.isEmpty else { return revisions }
    let ends = range.split(separator: "..", omittingEmptySubsequences: false).map { $0.isEmpty ? "HEAD" : String($0) }
    if ends.count == 2 {
      let old = try await repository.resolve(ends[0]), new = try await repository.resolve(ends[1])
      if old.id != new.id {
        throw UsageError(
          "\(ends[0]) is not an ancestor of \(ends[1]): the ends are the wrong way round",
          remedy: "quench verify \(ends[1])..\(ends[0])")
      }
    }
    throw UsageError("\(range) holds no commit", remedy: "git log --oneline \(range)")
  }

  /// A verification in this workspace.
  func verification() async throws -> Verification {
    Verification(
      repository: repository, state: state, launcher: launcher, builder: builder, manager: try await manager())
  }

  /// The revision that `hot.baseline` names for the hot set to be on between verifications; nil where it names none.
  ///
  /// - Parameter revision: the one whose service the set is of.
  /// - Throws: `GitError` when there is no such revision.
  func hotBaseline(for revision: Revision) async throws -> Revision? {
    let hot = try hotConfiguration(of: try await service(for: revision))
    guard case .named(let name) = hot.baseline else { return nil }
    return try await repository.resolve(name)
  }

  /// Has a kept hot set on the baseline that `hot.baseline` names, since what a verification finds it on is what it
  /// returns to.
  func alignHotSet(to baseline: Revision, console: Console) async throws {
    guard let status = try await manager().status(), status.baseline != baseline.id.description else { return }
    console.progress("the hot set goes to its baseline \(baseline.id.abbreviated) first")
    _ = try await deployHot(baseline.id.description, console: console)
  }

  /// The newest verdict that still speaks for a request: the same tree, suites, recipe and toolchain.
  func knownVerdict(for request: VerificationRequest) async throws -> Verdict? {
    let verdict = try await knownVerdicts(for: request, limit: 1).last
    // A suite that crashed since takes back what was said before; it is no word to go by itself.
    return verdict?.result == .error ? nil : verdict
  }

  /// The verdicts that still speak for a request, the oldest first, those of suites that crashed included.
  ///
  /// - Parameter limit: how many at most, the newest of them.
  func knownVerdicts(for request: VerificationRequest, limit: Int = 100) async throws -> [Verdict] {
    let subject: Verification.Subject
    do {
      subject = try await verification().subject(of: request)
    } catch let error as BuildError where error.code == .pathMissing {
      // It cannot be built, which is for its verdict to say.
      return []
    }
    var known = try await ledger.verdicts(
      service: request.configuration.service.name, tree: request.revision.tree.description,
      definitions: subject.suiteDefinitions, serviceDefinition: subject.serviceDefinition, buildKey: subject.buildKey,
      limit: limit)
    if request.suites.contains(where: \.isSwiftTest), let swift = try await builder.version(of: "swift") {
      let note = SwiftNote.note(swift, in: state)
      known.removeAll { $0.started < note.since }
    }
    for index in known.indices { known[index].revision = request.revision.id.description }
    return known
  }
}

extension Configuration {
  /// The suites with these names, all of them where none is named.
  ///
  /// - Throws: `UsageError` for a name that no suite has.
  func suites(named names: [String]) throws(UsageError) -> [SuiteConfiguration] {
    for name in names where !suites.contains(where: { $0.name == name }) {
      throw UsageError(
        "there is no suite \(name) in quench.yml",
        remedy: "choose from: \(suites.map(\.name).joined(separator: ", "))")
    }
    return names.isEmpty ? suites : suites.filter { names.contains($0.name) }
  }
}
