import Foundation
import QuenchConfiguration
import QuenchDiagnostics
import QuenchEvidence
import QuenchGit
import QuenchLedger
import QuenchReports
import QuenchSuites

extension Workspace {
  /// The page about the newest verdict on a revision's files, with what surrounds it.
  ///
  /// - Throws: `UsageError` when there is no verdict.
  func report(on revision: Revision) async throws -> VerdictPage {
    // Where a revision's own file is wrong, its verdict is on the service that the host names.
    let own = try? await service(for: revision).name
    let service = if let own { own } else { try await serviceName() }
    var verdicts = try await ledger.verdicts(service: service, tree: revision.tree.description, limit: 6)
    guard !verdicts.isEmpty else {
      throw UsageError(
        "\(revision.id.abbreviated) was not verified here", remedy: "quench verify \(revision.id.abbreviated)")
    }
    // It is a verdict on these files, whichever commit with them was verified.
    let verdict = verdicts.removeFirst()
    var page = VerdictPage(VerdictPage.Commit(revision), verdict)
    page.earlier = verdicts
    page.history = try await neighbours(of: revision, service: service)
    page.evidence = try await testimonies(on: revision, service: service)
    page.logs = KeptLogs(of: verdict, in: state).all()
    return page
  }

  /// The nearest commits after a revision, on the way to HEAD, and those before it.
  private func neighbours(of revision: Revision, service: String) async throws -> [VerdictPage.Neighbour] {
    var revisions = try await repository.commits(from: revision, limit: 12)
    // What is far behind HEAD has no neighbours that anybody looks for.
    if let head = try await repository.headRevision, head.id != revision.id {
      let newer = try await repository.commits(from: head, limit: 200)
      if let place = newer.firstIndex(where: { $0.id == revision.id }) {
        revisions = newer[..<place].suffix(8) + revisions
      }
    }
    let configured = try? await self.service(for: revision)
    let suites = configured.flatMap { try? host?.configuration(with: $0).suites }
    let standings = try await standings(
      of: revisions, service: service, by: RevisionStanding.Definitions(suites, service: service))
    return revisions.map { revision in
      VerdictPage.Neighbour(VerdictPage.Commit(revision), standings[revision.id.description]?.standing.result)
    }
  }

  /// What notes have on a revision, checked where this host says whom it trusts.
  private func testimonies(on revision: Revision, service: String) async throws -> [VerdictPage.Testimony] {
    let evidence = try await EvidenceOnRevision(revision, in: repository)
    let trees = await evidence.trees(in: repository)
    let question = (try? await trustedKeys(named: [], for: revision)).map {
      EvidenceQuestion(
        revision: revision.id.description, tree: revision.tree.description, service: service, trusted: $0)
    }
    let wording = EvidenceWording(style: Style(isColoured: false))
    return evidence.entries.map { entry in
      let finding = question?.finding(
        of: entry.envelope, among: evidence.entries.map(\.envelope), treeOf: { trees[$0] })
      let statement = finding.map(\.statement) ?? (try? SignedStatement(unverified: entry.envelope))
      let refusal = finding?.refusal.map { "; refused: \($0.message)" } ?? ""
      return VerdictPage.Testimony(
        finding.map { $0.refusal == nil ? .good : .bad } ?? .idle, statement.map(wording.line) ?? "unreadable",
        wording.by(entry, finding) + refusal)
    }
  }
}

extension VerdictPage.Commit {
  /// A commit as pages have it.
  init(_ revision: Revision) {
    self.init(
      id: revision.id.description, subject: revision.subject, author: revision.authorName,
      committed: revision.commitTime)
  }
}
