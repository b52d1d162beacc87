import Foundation
import QuenchProcesses
import SystemPackage

/// One run of a suite: where its tests are, what they may touch, and where their logs go.
public struct SuiteRun: Sendable {
  /// One of the disjoint sets a suite's tests are split into.
  public struct Shard: Sendable, Equatable {
    /// Which set, counted from 0.
    public var index: Int
    /// How many sets there are.
    public var count: Int

    /// Makes a shard; `index` is below `count`.
    public init(index: Int, count: Int) {
      self.index = index
      self.count = count
    }
  }

  /// What is run.
  public var definition: SuiteDefinition
  /// The root of the checkout that holds the tests.
  public var checkout: FilePath
  /// The build folder of the tests, never the package's own `.build`.
  public var scratch: FilePath
  /// The whole environment of the tests; the definition's own variables are laid over it.
  public var environment: [String: String]
  /// What the tests may touch; nil leaves them unconfined.
  public var confinement: Confinement?
  /// The folder for the run's logs; made when it is missing.
  public var logs: FilePath
  /// The shard to run; nil runs every test.
  public var shard: Shard?
  /// Secrets of the service, by names: they are replaced in what tests print and say.
  public var secrets: [String: String]

  /// Makes a run.
  public init(
    definition: SuiteDefinition, checkout: FilePath, scratch: FilePath, environment: [String: String],
    confinement: Confinement? = nil, logs: FilePath, shard: Shard? = nil, secrets: [String: String] = [:]
  ) {
    self.definition = definition
    self.checkout = checkout
    self.scratch = scratch
    self.environment = environment
    self.confinement = confinement
    self.logs = logs
    self.shard = shard
    self.secrets = secrets
  }

  var completeEnvironment: [String: String] {
    environment.merging(definition.environment) { $1 }
  }

  /// The file `<suite>[.shard-<index>].<part>` in the folder of logs.
  func log(_ part: String) -> FilePath {
    let name = String(definition.name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "-" })
    return logs.appending("\(name)\(shard.map { ".shard-\($0.index)" } ?? "").\(part)")
  }

  /// What building the suite's tests prints.
  public var buildLog: FilePath { log("build.log") }

  /// An empty folder below the logs that the tests may write to, and the confinement that lets them.
  func exchange(_ part: String) throws(SuiteError) -> (folder: FilePath, confinement: Confinement?) {
    let folder = log(part)
    do {
      try? FileManager.default.removeItem(atPath: folder.string)
      try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
    } catch {
      throw SuiteError(.logsUnwritable, "cannot make the folder \(folder)", cause: error)
    }
    return (folder, confinement?.allowing(folder))
  }

  func makeLogs() throws(SuiteError) {
    do {
      try FileManager.default.createDirectory(atPath: logs.string, withIntermediateDirectories: true)
    } catch {
      throw SuiteError(.logsUnwritable, "cannot make the folder of logs \(logs)", cause: error)
    }
  }

  /// The folder of the Swift package, which lies inside the checkout.
  func packageFolder(_ package: String) throws(SuiteError) -> FilePath {
    guard let folder = checkout.lexicallyResolving(FilePath(package)) else {
      throw SuiteError(
        .packageMissing, "the package \(package) of suite \(definition.name) is outside its checkout",
        remedy: "name a folder of the repository in suites.\(definition.name).swift-test.package")
    }
    guard FileManager.default.fileExists(atPath: folder.appending("Package.swift").string) else {
      throw SuiteError(
        .packageMissing, "suite \(definition.name) has no Package.swift in \(folder)",
        remedy: "set suites.\(definition.name).swift-test.package to the folder that holds it")
    }
    return folder
  }
}

extension Confinement {
  func allowing(_ folder: FilePath) -> Confinement {
    Confinement(writable: writable + [folder], readable: readable, denied: denied)
  }
}
