import Foundation

/// What `package.json` says, as far as it matters here.
private struct NodeManifest: Decodable {
  var name: String?
  var main: String?
  var scripts: [String: String]?
  var dependencies: [String: String]?
  var devDependencies: [String: String]?

  var hasDependencies: Bool { dependencies?.isEmpty == false }
  var hasAnyDependencies: Bool { hasDependencies || devDependencies?.isEmpty == false }
}

/// The package managers of Node, by their lock files.
private enum NodeInstaller: String, CaseIterable {
  case npm = "package-lock.json"
  case shrinkwrapped = "npm-shrinkwrap.json"
  case yarn = "yarn.lock"
  case pnpm = "pnpm-lock.yaml"

  var install: String {
    switch self {
    case .npm, .shrinkwrapped: "npm ci"
    case .yarn: "yarn install --frozen-lockfile"
    case .pnpm: "pnpm install --frozen-lockfile"
    }
  }

  /// The option for a folder to download to: a suite may not write the user's.
  var cacheOption: String {
    switch self {
    case .npm, .shrinkwrapped: "--cache"
    case .yarn: "--cache-folder"
    case .pnpm: "--store-dir"
    }
  }
}

extension ServiceSurvey {
  /// A service on Node; nil where there is no `package.json`.
  init?(node folder: ServiceFolder) {
    guard folder.has("package.json") else { return nil }
    let read = try? JSONDecoder().decode(NodeManifest.self, from: Data(folder.text("package.json").utf8))
    let manifest = read ?? NodeManifest()
    let name = manifest.name.map { String($0.split(separator: "/").last ?? "") }
    self.init(name: name.map(ServiceFolder.serviceName) ?? folder.serviceName, outputs: [], run: "")
    if read == nil { guesses.append("package.json cannot be read, so what is needed and run is a guess") }

    let installer = NodeInstaller.allCases.first { folder.has($0.rawValue) }
    let install = installer?.install ?? "npm install"
    var steps: [String] = manifest.hasAnyDependencies ? [install] : []
    if manifest.scripts?["build"] != nil { steps.append("npm run build") }
    build = steps.isEmpty ? nil : steps.joined(separator: " && ")
    if installer == nil, manifest.hasAnyDependencies {
      guesses.append("without a lock file `npm install` may take other versions each time: commit package-lock.json")
    }
    let program = readRun(manifest, folder)
    outputs = Self.outputs(of: folder, manifest, program: program)
    guesses.append(
      "service.outputs has what stands beside package.json now: leave out what the service does not read, add what it does"
    )
    if let test = manifest.scripts?["test"], !test.contains("no test specified") {
      let cache = installer?.cacheOption ?? "--cache"
      let command = manifest.hasAnyDependencies ? "\(install) \(cache) \"$TMPDIR/packages\" && npm test" : "npm test"
      suites = [Suite(name: "tests", command: command)]
    }
  }

  /// Finds out how the service is run; returns the file that is its program, where that can be told.
  private mutating func readRun(_ manifest: NodeManifest, _ folder: ServiceFolder) -> String? {
    if let start = manifest.scripts?["start"] {
      let words = start.split(separator: " ").map(String.init)
      // npm between Quench and the service would not pass every signal on.
      let isPlain = words.first == "node" && !start.contains { "&|;<>()$`'\"=".contains($0) }
      run = isPlain ? start : "npm start"
      return isPlain ? words.dropFirst().first { !$0.hasPrefix("-") } : nil
    }
    let named = manifest.main.map { $0.hasPrefix("./") ? String($0.dropFirst(2)) : $0 }
    let program = named ?? ["server.js", "index.js", "app.js", "main.js", "src/index.js"].first(where: folder.has)
    run = "node \(program ?? "index.js")"
    guesses.append(
      program.map { "\($0) is taken for the service, since package.json has no script `start`" }
        ?? "nothing says which file is the service: service.run is yours to fill in")
    return program
  }

  /// Sources, what is installed, and what the program is built to.
  private static func outputs(of folder: ServiceFolder, _ manifest: NodeManifest, program: String?) -> [String] {
    let others: Set<String> = ["node_modules", "test", "tests", "__tests__", "spec", "docs", "coverage", "examples"]
    var outputs = folder.names.filter { name in
      if others.contains(name) { return false }
      if folder.hasFolder(name) { return true }
      if name.contains(".test.") || name.contains(".spec.") || name.contains(".config.") { return false }
      return name == "package.json" || ["js", "mjs", "cjs", "ts"].contains { name.hasSuffix(".\($0)") }
    }
    if manifest.hasDependencies { outputs.append("node_modules") }
    if let top = program?.split(separator: "/").first.map(String.init), !["..", "."].contains(top) {
      if !outputs.contains(top), folder.has(top) || manifest.scripts?["build"] != nil { outputs.append(top) }
    }
    return outputs
  }
}
