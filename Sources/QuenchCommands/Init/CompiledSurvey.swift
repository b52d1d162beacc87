import SystemPackage

extension ServiceSurvey {
  /// A service in Go; nil where there is no `go.mod`.
  init?(go folder: ServiceFolder) {
    guard folder.has("go.mod") else { return nil }
    let module = folder.text("go.mod").firstMatch(of: /(?m)^module\s+(\S+)/)?.1.split(separator: "/").last
    let programs = folder.files { $0.string.hasSuffix(".go") && !$0.string.hasSuffix("_test.go") }
      .filter { folder.text($0.string).contains(/(?m)^package main\b/) }.map { $0.removingLastComponent().string }
    let program = programs.contains("") ? "" : programs.first
    let name = ServiceFolder.serviceName(
      program.flatMap { FilePath($0).lastComponent?.string } ?? module.map(String.init) ?? folder.serviceName)
    let package = program.map { $0.isEmpty ? "." : "./\($0)".shellWord } ?? "."
    self.init(name: name, build: "go build -o bin/\(name) \(package)", outputs: ["bin/\(name)"], run: "./\(name)")
    if program == nil { guesses.append("no package main was found: service.build is yours to correct") }
    if Set(programs).count > 1, let program {
      let name = program.isEmpty ? "the one at the root" : program
      guesses.append("of several programs, \(name) is taken for the service")
    }
    let tests = folder.files { $0.string.hasSuffix("_test.go") }
    if tests.contains(where: { folder.text($0.string).contains("func Test") }) {
      suites = [Suite(name: "tests", command: "go test -count=1 ./...")]
    }
  }

  /// A service in Rust; nil where there is no `Cargo.toml`.
  init?(rust folder: ServiceFolder) {
    guard folder.has("Cargo.toml") else { return nil }
    let manifest = folder.text("Cargo.toml")
    let named = ["[[bin]]", "[package]"].compactMap { section in
      manifest.firstRange(of: section).flatMap { range in
        manifest[range.upperBound...].prefix { $0 != "[" }.firstMatch(of: /(?m)^\s*name\s*=\s*"([^"]+)"/)?.1
      }
    }.first.map(String.init)
    let name = named ?? folder.serviceName
    self.init(
      name: name, build: "cargo build --release", outputs: ["target/release/\(name)"], run: "./\(name)")
    if named == nil { guesses.append("Cargo.toml names no program, so \(name) is a guess") }
    let sources = folder.files { $0.string.hasSuffix(".rs") }
    if sources.contains(where: { folder.text($0.string).contains(/#\[(\w+::)?test\b/) }) {
      suites = [Suite(name: "tests", command: "cargo test")]
    }
  }
}
