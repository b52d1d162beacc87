import Foundation
import QuenchConfiguration
import QuenchSuites
import Testing

@testable import QuenchVerification

@Suite("Which tests are built with the code they test")
struct PackageManifestTests {
  /// A dump as `swift package dump-package` prints it, with a service, a library beside it, and tests of each kind.
  private func manifest(local: Bool = false) throws -> PackageManifest {
    let origin = local ? "fileSystem" : "sourceControl"
    let dump = """
      {"name": "shop", "products": [], "dependencies": [{"\(origin)": [{"identity": "kit", "path": "/kit", "traits": []}]}],
       "targets": [
        {"name": "Shop", "type": "executable", "dependencies": [{"byName": ["Pricing", null]}]},
        {"name": "Pricing", "type": "regular", "dependencies": []},
        {"name": "Client", "type": "regular", "dependencies": []},
        {"name": "APITests", "type": "test", "dependencies": [{"target": ["Client", {"platformNames": ["linux"]}]},
          {"product": ["Fakes", "Elsewhere", null, {"platformNames": ["linux"]}]}]},
        {"name": "PricingTests", "type": "test", "dependencies": [{"byName": ["Helpers", null]}]},
        {"name": "Helpers", "type": "regular", "dependencies": [{"byName": ["Pricing", null]}]},
        {"name": "KitTests", "type": "test", "dependencies": [{"product": ["Kit", "Kit", null, null]}]}]}
      """
    return try JSONDecoder().decode(PackageManifest.self, from: Data(dump.utf8))
  }

  @Test(
    "By what the chosen tests depend on",
    arguments: [
      ("APITests", false, false), ("^APITests\\.", false, false), ("PricingTests", false, true), (nil, false, true),
      ("SomeClass", false, true), ("KitTests", false, false), ("APITests", true, true), ("KitTests", true, false),
    ])
  func chosen(filter: String?, needsNoInstance: Bool, brings: Bool) throws {
    #expect(try manifest().bringsCode(filter: filter, needsNoInstance: needsNoInstance) == brings)
  }

  @Test("A package beside this one may be part of the service")
  func local() throws {
    #expect(try manifest(local: true).bringsCode(filter: "KitTests", needsNoInstance: false))
    #expect(try !manifest(local: true).bringsCode(filter: "APITests", needsNoInstance: false))
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
