// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

/// A room of the house: a library target with its tests in the folder that mirrors it.
func room(_ name: String, _ dependencies: [Target.Dependency], tests: [Target.Dependency]? = nil) -> [Target] {
  let library = Target.target(name: name, dependencies: dependencies, swiftSettings: settings)
  guard let tests else { return [library] }
  return [
    library,
    .testTarget(
      name: "\(name)Tests", dependencies: [.target(name: name)] + dependencies + tests, swiftSettings: settings),
  ]
}

let package = Package(
  name: "quench",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "quench", targets: ["quench"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    .target(name: "CLaunch"),
    .executableTarget(name: "quench", dependencies: ["CLaunch"], swiftSettings: settings),
  ]
    + room("QuenchDiagnostics", [])
    + room("QuenchState", ["QuenchDiagnostics", system])
    + room(
      "QuenchProcesses",
      ["CLaunch", "QuenchDiagnostics", system, .product(name: "Subprocess", package: "swift-subprocess")], tests: ["quench"])
)
