import Foundation
import SystemPackage

/// Surveys a service that is not a Swift package by the files that its kind is known by.
struct FolderSurvey: Sendable {
  var folder: FilePath

  func survey() -> ServiceSurvey {
    let name = (folder.lastComponent?.string ?? "service").lowercased()
    let hints = SourceHints(below: folder, extensions: ["py", "js", "ts", "mjs", "go", "rs", "rb", "java", "sh"])
    var survey = ServiceSurvey(
      name: name, build: nil, outputs: [], run: "", healthPath: hints.healthPath, suites: [], guesses: [])
    if has("package.json") {
      survey.build = "npm ci"
      survey.outputs = ["package.json", "node_modules"] + ["src", "lib", "dist", "index.js", "server.js"].filter(has)
      survey.run = "node \(["server.js", "index.js", "src/index.js"].first(where: has) ?? "index.js")"
      survey.suites = [.init(name: "tests", filter: nil, command: "npm test", needsInstances: true)]
    } else if has("go.mod") {
      survey.build = "go build -o \(name) ."
      survey.outputs = [name]
      survey.run = "./\(name)"
      survey.suites = [.init(name: "tests", filter: nil, command: "go test ./...", needsInstances: true)]
    } else if has("Cargo.toml") {
      survey.build = "cargo build --release"
      survey.outputs = ["target/release/\(name)"]
      survey.run = "./\(name)"
      survey.suites = [.init(name: "tests", filter: nil, command: "cargo test", needsInstances: true)]
    } else if let program = pythonProgram {
      survey.outputs = pythonOutputs
      survey.run = "python3 \(program)"
      let tests = ["tests", "test"].first(where: has)
      survey.suites = [
        .init(
          name: "tests", filter: nil,
          command: tests.map { "python3 -m unittest discover -s \($0)" } ?? "python3 -m unittest", needsInstances: true)
      ]
    } else {
      survey.outputs = ["."]
      survey.run = "./run.sh"
      survey.guesses.append(
        "nothing here says how the service is built or run: service.build, outputs and run are yours to fill in")
      survey.suites = [.init(name: "smoke", filter: nil, command: "./smoke.sh", needsInstances: true)]
    }
    if hints.hasPortOption {
      survey.run += " --port ${PORT}"
    } else {
      survey.guesses.append("the service is expected to listen on the port in the environment variable PORT")
    }
    if hints.healthPath == nil {
      survey.guesses.append("no health path was found in the sources, so a connection counts as healthy")
    }
    return survey
  }

  private func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder.appending(name).string) }

  private var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []).sorted()
  }

  private var pythonProgram: String? {
    ["app.py", "main.py", "server.py", "service.py", "manage.py"].first(where: has)
      ?? names.first { $0.hasSuffix(".py") && !$0.hasPrefix("test") && $0 != "setup.py" }
  }

  /// The Python files and packages at the top of the folder, tests left out.
  private var pythonOutputs: [String] {
    names.filter { name in
      if name.hasSuffix(".py") { return !name.hasPrefix("test") && name != "setup.py" }
      return has("\(name)/__init__.py") && !["tests", "test"].contains(name)
    }
  }
}
