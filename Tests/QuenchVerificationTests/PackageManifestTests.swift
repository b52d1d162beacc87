import Foundation
import QuenchConfiguration
import QuenchSuites
import Testing

@testable import QuenchVerification

@Suite("Which tests are built with the code they test")
struct PackageManifestTests {
  /// A dump as `swift package dump-package` prints it, with a service, a library beside it, and tests of each kind.
  ///
  /// - Parameter alias: what the manifest calls the package `kit`; nil for just that.
  private func manifest(local: Bool = false, alias: String? = nil) throws -> PackageManifest {
    let origin = local ? "fileSystem" : "sourceControl"
    let name = alias.map { "\"nameForTargetDependencyResolutionOnly\": \"\($0)\", " } ?? ""
    let dump = """
      {"name": "shop", "products": [], "dependencies": [
        {"\(origin)": [{"identity": "kit", \(name)"path": "/kit", "traits": []}]},
        {"sourceControl": [{"identity": "swift-fakes", "nameForTargetDependencyResolutionOnly": "Elsewhere"}]}],
       "targets": [
        {"name": "Shop", "type": "executable", "dependencies": [{"byName": ["Pricing", null]}]},
        {"name": "Pricing", "type": "regular", "dependencies": []},
        {"name": "Client", "type": "regular", "dependencies": []},
        {"name": "APITests", "type": "test", "dependencies": [{"target": ["Client", {"platformNames": ["linux"]}]},
          {"product": ["Fakes", "Elsewhere", null, {"platformNames": ["linux"]}]}]},
        {"name": "PricingTests", "type": "test", "dependencies": [{"byName": ["Helpers", null]}]},
        {"name": "Helpers", "type": "regular", "dependencies": [{"byName": ["Pricing", null]}]},
        {"name": "KitTests", "type": "test", "dependencies": [{"product": ["Kit", "\(alias ?? "Kit")", null, null]}]},
        {"name": "StrayTests", "type": "test", "dependencies": [{"product": ["Fakes", "Unheard", null, null]}]}]}
      """
    return try JSONDecoder().decode(PackageManifest.self, from: Data(dump.utf8))
  }

  @Test(
    "By what the chosen tests depend on",
    arguments: [
      ("^APITests\\.", false, false), ("^APITests\\.OrdersSuite/places\\(\\)$", false, false),
      ("^APITests\\.", true, true), ("^PricingTests\\.", false, true), ("^KitTests\\.", false, false),
      ("^KitTests\\.", true, false), (nil, false, true),
    ])
  func chosen(filter: String?, needsNoInstance: Bool, brings: Bool) throws {
    #expect(try manifest().bringsCode(filter: filter, needsNoInstance: needsNoInstance) == brings)
  }

  @Test(
    "A filter that may choose tests of other targets too is no choice of targets",
    arguments: [
      "APITests", "^APITests", "APITests\\.", "^APITests.", "^APITests\\.|Pricing", "^APITests\\.?", "^APITests\\.*",
      "^APITests\\.{0}", "^(API|Pricing)Tests\\.", "SomeClass", "^NoTests\\.",
    ])
  func unsure(filter: String) throws {
    #expect(try manifest().bringsCode(filter: filter, needsNoInstance: false))
  }

  @Test("A package beside this one may be part of the service, whatever it is called", arguments: [nil, "Foo"])
  func local(alias: String?) throws {
    let manifest = try manifest(local: true, alias: alias)
    #expect(manifest.bringsCode(filter: "^KitTests\\.", needsNoInstance: false))
    #expect(!manifest.bringsCode(filter: "^APITests\\.", needsNoInstance: false), "what is fetched is no part of it")
    #expect(manifest.bringsCode(filter: "^StrayTests\\.", needsNoInstance: false), "unknown: it may be the one beside")
    #expect(try !self.manifest().bringsCode(filter: "^StrayTests\\.", needsNoInstance: false))
  }

  @Test("Suites share a build when package and environment are the same, and only then")
  func builds() throws {
    func input(_ package: String, _ environment: [String: String] = [:]) -> TestBuildInput {
      SuiteConfiguration(
        name: "a", kind: .swiftTest(SwiftTestConfiguration(package: package)), environment: environment
      ).testBuild
    }
    #expect(input("Checks") == input("Checks"))
    let inputs = [
      input("."), input("a/b"), input("a-b"), input("a", ["X": "1"]), input("a", ["X": "2"]), input("a", ["Y": "1"]),
      input("a"), input("ä"), input("root"),
    ]
    #expect(Set(inputs.map(\.folderName)).count == inputs.count && Set(inputs.map(\.digest)).count == inputs.count)
  }
}
