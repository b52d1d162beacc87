import Foundation
import QuenchDiagnostics
import QuenchEvidence
import QuenchSuites
import QuenchVerification
import SystemPackage

/// The files that CI jobs keep of a verification.
enum ResultFiles {
  /// Writes the verdict's suites as JUnit XML, whole or not at all.
  ///
  /// - Throws: `ResultFileError`.
  static func writeJUnit(_ verdict: Verdict, to path: FilePath) throws {
    try write(Data(JUnitWriter.text(of: suites(of: verdict)).utf8), to: path)
  }

  /// Writes the suites of several revisions to one file, each under its revision's name.
  ///
  /// - Throws: `ResultFileError`.
  static func writeJUnit(_ verdicts: [Verdict], to path: FilePath) throws {
    let all = verdicts.flatMap { verdict in
      suites(of: verdict).map { suite in
        var named = suite
        named.name = "\(verdict.revision.prefix(12)) \(suite.name)"
        return named
      }
    }
    try write(Data(JUnitWriter.text(of: all).utf8), to: path)
  }

  private static func suites(of verdict: Verdict) -> [SuiteResult] {
    guard verdict.suites.isEmpty, let reason = verdict.reason else { return verdict.suites }
    // An empty report would read as nothing to complain about.
    return [
      SuiteResult(
        name: "quench", result: verdict.result, durationSeconds: verdict.timings.total, reason: reason, tests: [])
    ]
  }

  /// Copies the logs to a folder, with the verdict as JSON, as JUnit and as a statement to sign beside them.
  ///
  /// - Throws: `ResultFileError`.
  static func collect(_ report: Verification.Report, in folder: FilePath) throws {
    let files = FileManager.default
    do {
      try files.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
      for log in report.logs where files.fileExists(atPath: log.string) {
        let name =
          log.removingLastComponent().lastComponent?.string == "instances"
          ? "instances/\(log.lastComponent?.string ?? "")" : log.lastComponent?.string ?? "log"
        let target = folder.appending(FilePath(name).components)
        try files.createDirectory(atPath: target.removingLastComponent().string, withIntermediateDirectories: true)
        try? files.removeItem(atPath: target.string)
        try files.copyItem(atPath: log.string, toPath: target.string)
      }
    } catch {
      throw ResultFileError(path: folder, cause: error)
    }
    try writeJUnit(report.verdict, to: folder.appending("junit.xml"))
    try write(VerdictDocument(report.verdict).encoded(indented: true), to: folder.appending("verdict.json"))
    try write(
      VerdictStatement(report.verdict).payload() + Data("\n".utf8), to: folder.appending("statement.intoto.jsonl"))
  }

  private static func write(_ data: Data, to path: FilePath) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: path.removingLastComponent().string, withIntermediateDirectories: true)
      try data.write(to: URL(filePath: path.string), options: .atomic)
    } catch {
      throw ResultFileError(path: path, cause: error)
    }
  }
}

/// That a result file could not be written.
struct ResultFileError: Diagnostic {
  enum Code: String, Sendable, CaseIterable {
    case unwritable = "result-unwritable"
  }

  let path: FilePath
  let cause: (any Error)?
  var code: Code { .unwritable }
  var message: String { "cannot write \(path)" }
  var remedy: String? { "name a place this user can write" }
}
