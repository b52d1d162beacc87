// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A product of another package's, which only the program needs: who uses `QuenchTesting` alone names this package with
/// `traits: []`, and nothing else is fetched.
func external(_ product: String, _ package: String) -> Target.Dependency {
  .product(name: product, package: package, condition: .when(traits: ["Program"]))
}

let system: Target.Dependency = external("SystemPackage", "swift-system")
let subprocess: Target.Dependency = external("Subprocess", "swift-subprocess")
let crypto: Target.Dependency = external("Crypto", "swift-crypto")
let cryptoExtras: Target.Dependency = external("CryptoExtras", "swift-crypto")
let arguments: Target.Dependency = external("ArgumentParser", "swift-argument-parser")

/// A room of the house: a library target, with its tests in the folder that mirrors it where `tests` says what they need.
func room(
  _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [], tests: [Target.Dependency]? = nil
) -> [Target] {
  let library = Target.target(
    name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
  guard let tests else { return [library] }
  return [
    library,
    .testTarget(
      name: "\(name)Tests", dependencies: [.target(name: name), "Generators"] + dependencies + tests,
      swiftSettings: settings),
  ]
}

let package = Package(
  name: "quench",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "quench", targets: ["quench"]), .library(name: "QuenchTesting", targets: ["QuenchTesting"]),
    .plugin(name: "QuenchPlugin", targets: ["QuenchPlugin"]),
  ],
  traits: [
    .trait(name: "Program", description: "The command line program."), .default(enabledTraits: ["Program"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    .systemLibrary(
      name: "CGit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"]), .brew(["libgit2"])]),
    .target(name: "CLaunch"),
    .executableTarget(name: "quench", dependencies: ["CLaunch", "QuenchCommands"], swiftSettings: settings),
    .target(
      name: "Generators", dependencies: ["QuenchSuites", "QuenchEvidence"], path: "Tests/Generators",
      swiftSettings: settings),
    .plugin(
      name: "QuenchPlugin",
      capability: .command(
        intent: .custom(verb: "quench", description: "Test revisions on hot instances, and ship them cold."),
        permissions: [
          .writeToPackageDirectory(reason: "Quench keeps builds, verdicts and logs in .quench, and writes quench.yml."),
          .allowNetworkConnections(
            scope: .all(), reason: "Suites reach the service's instances on the loopback address."),
        ])),
    .testTarget(
      name: "EndToEnd", dependencies: ["quench", subprocess, system],
      swiftSettings: settings),
  ]
    // For suites of users' own: nothing is built with it that they do not use.
    + room("QuenchTesting", [], tests: [])
    + room("QuenchCost", [], tests: [])
    + room("QuenchDiagnostics", [])
    + room("QuenchState", ["QuenchDiagnostics", system], tests: [])
    + room("QuenchProcesses", ["CLaunch", "QuenchDiagnostics", "QuenchState", system, subprocess], tests: ["quench"])
    + room("QuenchGit", ["CGit2", "QuenchDiagnostics", "QuenchState", crypto, subprocess, system], tests: [])
    + room("QuenchBisect", [], tests: [])
    + room(
      "QuenchConfiguration", ["QuenchDiagnostics", system, external("Yams", "Yams")], tests: [])
    + room(
      "QuenchBuild", ["QuenchDiagnostics", "QuenchState", "QuenchProcesses", "QuenchGit", crypto, system],
      tests: ["quench"])
    + room(
      "QuenchInstances",
      [
        "CLaunch", "QuenchDiagnostics", "QuenchState", "QuenchProcesses", "QuenchConfiguration", "QuenchBuild", system,
        external("NIOCore", "swift-nio"), external("NIOPosix", "swift-nio"),
        external("NIOHTTP1", "swift-nio"), external("NIOHPACK", "swift-nio-http2"),
        external("NIOHTTP2", "swift-nio-http2"),
      ], tests: ["quench", "QuenchGit"])
    + room(
      "QuenchBalancer",
      [
        "QuenchDiagnostics", "QuenchState", "QuenchProcesses", "QuenchInstances", system,
        external("NIOConcurrencyHelpers", "swift-nio"), external("NIOCore", "swift-nio"),
        external("NIOPosix", "swift-nio"), external("NIOSSL", "swift-nio-ssl"),
        external("NIOTLS", "swift-nio"),
      ], tests: ["quench"])
    + room("QuenchSuites", ["QuenchDiagnostics", "QuenchState", "QuenchProcesses", system], tests: ["quench"])
    + room(
      "QuenchEvidence", ["QuenchDiagnostics", "QuenchSuites", crypto, cryptoExtras, system], tests: [subprocess])
    + room(
      "QuenchReports",
      [
        "QuenchDiagnostics", "QuenchSuites", "QuenchEvidence", crypto,
        external("Mustache", "swift-mustache"),
      ],
      resources: ["page.css", "page.mustache", "verdict.mustache", "bisection.mustache"].map {
        .embedInCode("Templates/\($0)")
      }, tests: [])
    + room(
      "QuenchLedger",
      [
        "QuenchDiagnostics", "QuenchState", "QuenchSuites", "QuenchEvidence", system,
        external("GRDB", "GRDB.swift"),
      ], tests: [])
    + room(
      "QuenchManagers",
      [
        "QuenchDiagnostics", "QuenchState", "QuenchProcesses", "QuenchConfiguration", "QuenchInstances",
        "QuenchBalancer", "QuenchSuites", "QuenchLedger", system,
      ], tests: ["quench", "QuenchGit", "QuenchBuild", "QuenchEvidence"])
    + room(
      "QuenchControl",
      [
        "QuenchDiagnostics", "QuenchState", "QuenchProcesses", "QuenchLedger", "QuenchBalancer", "QuenchManagers",
        crypto, system,
        external("AsyncHTTPClient", "async-http-client"),
        external("Hummingbird", "hummingbird"),
        external("HummingbirdTLS", "hummingbird"), external("NIOSSL", "swift-nio-ssl"),
        external("Logging", "swift-log"),
        external("NIOCore", "swift-nio"), external("NIOHTTP1", "swift-nio"),
        external("ServiceLifecycle", "swift-service-lifecycle"),
        external("UnixSignals", "swift-service-lifecycle"),
      ], resources: [.embedInCode("openapi.yaml")], tests: [])
    + room(
      "QuenchVerification",
      [
        "QuenchDiagnostics", "QuenchState", "QuenchProcesses", "QuenchGit", "QuenchConfiguration", "QuenchBuild",
        "QuenchInstances", "QuenchSuites", "QuenchEvidence", "QuenchManagers", crypto, system,
      ], tests: [])
    + room(
      "QuenchCommands",
      [
        "QuenchDiagnostics", "QuenchState", "QuenchProcesses", "QuenchGit", "QuenchConfiguration", "QuenchBuild",
        "QuenchInstances", "QuenchSuites", "QuenchEvidence", "QuenchLedger", "QuenchBalancer", "QuenchManagers",
        "QuenchControl", "QuenchVerification", "QuenchBisect", "QuenchCost", "QuenchReports", arguments, crypto, system,
      ], tests: [])
)
