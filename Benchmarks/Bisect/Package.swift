// swift-tools-version: 6.2
import PackageDescription

// A package of its own that sees the room by a symbolic link: it builds in seconds, optimised, without what Quench depends on.
let package = Package(
  name: "bisect-bench",
  platforms: [.macOS(.v15)],
  targets: [
    .target(
      name: "QuenchBisect",
      swiftSettings: [.enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility")]),
    .executableTarget(name: "bisect-bench", dependencies: ["QuenchBisect"]),
  ]
)
