import Foundation

/// An instance of what is in the working tree, which an installed `quench` starts for a process that runs outside of it.
///
/// It is the first of a kept hot set, whose data can only be put back together. The end of the process stops the set; one that was
/// there before goes back to the build that it was on.
struct StartedInstances: InstanceSource {
  let instances: [HotInstance]
  private let quench: QuenchProgram

  init(_ environment: [String: String]) async throws {
    quench = try QuenchProgram(environment)
    let before = try? await quench.hotSet(["hot", "status"], .startFailed)
    let set = try await quench.hotSet(["hot", "deploy", "--working-tree"], .startFailed)
    guard let first = set.instances.first, let revision = set.revision,
      let url = URL(string: "http://127.0.0.1:\(first.port)")
    else { throw HotInstanceError(.startFailed, "quench started no instance: quench hot status") }
    instances = [HotInstance(baseURL: url, revision: revision, index: 0)]
    guard set.move != "unchanged" else { return }
    AtExit.run(quench, before == nil ? ["hot", "stop", "--remove"] : ["hot", "rollback"])
  }

  /// Rolls the set back to the revision that it is on, which puts its data back.
  func reset(_ index: Int) async throws {
    _ = try await quench.hotSet(["hot", "rollback", instances[index].revision], .resetFailed)
  }
}

/// The `quench` that is installed here.
struct QuenchProgram: Sendable {
  /// What `quench hot` says of the set, as `quench.hot/v1`.
  struct HotSet: Decodable {
    struct Instance: Decodable { var port: Int }

    var revision: String?
    var instances: [Instance]
    /// What a command did to it.
    var move: String?
  }

  private let path: String

  /// - Throws: `HotInstanceError` with code `quenchMissing`.
  init(_ environment: [String: String]) throws(HotInstanceError) {
    let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let paths = [environment["QUENCH_EXECUTABLE"]].compactMap(\.self) + folders.map { "\($0)/quench" }
    guard let path = paths.first(where: FileManager.default.isExecutableFile) else {
      throw HotInstanceError(
        .quenchMissing,
        "these tests run against an instance of the service: run them with `quench verify`, or install quench, which starts one "
          + "for them: in a clone of its repository, make release && sudo make install, or put its release's bin on PATH"
      )
    }
    self.path = path
  }

  /// Runs a command of the hot set's.
  func hotSet(_ arguments: [String], _ code: HotInstanceError.Code) async throws -> HotSet {
    // That there is no set is nothing to complain of.
    let isQuestion = arguments == ["hot", "status"]
    let (status, output) = try await run(arguments + ["--format", "json"], isQuiet: isQuestion)
    // Of a set that is not well it still says which it is.
    guard let set = try? JSONDecoder().decode(HotSet.self, from: output), set.move == nil || status == 0 else {
      throw HotInstanceError(code, "quench \(arguments.joined(separator: " ")) ended with \(status); it said why above")
    }
    return set
  }

  /// Runs it to its end; what it says on the way goes to standard error.
  private func run(_ arguments: [String], isQuiet: Bool) async throws -> (status: Int32, output: Data) {
    let process = start(arguments)
    if isQuiet { process.standardError = FileHandle.nullDevice }
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    return await withCheckedContinuation { continuation in
      // Reading and waiting take a thread, of which the cooperative pool has none to spare.
      Thread.detachNewThread {
        let output = (try? pipe.fileHandleForReading.readToEnd()) ?? nil
        process.waitUntilExit()
        continuation.resume(returning: (process.terminationStatus, output ?? Data()))
      }
    }
  }

  func start(_ arguments: [String]) -> Process {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    return process
  }
}
