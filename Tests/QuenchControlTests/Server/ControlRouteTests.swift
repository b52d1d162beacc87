import Foundation
import Hummingbird
import Testing

@testable import QuenchControl

@Suite struct ControlRouteTests {
  /// The operations that `openapi.yaml` describes, as `METHOD /path operationId`.
  private static var described: [String] {
    var operations: [String] = [], path = "", method = ""
    for line in String(decoding: PackageResources.openapi_yaml, as: UTF8.self).split(separator: "\n") {
      if let match = line.wholeMatch(of: #/  (/[^ ]*):/#) { path = String(match.1) }
      if let match = line.wholeMatch(of: #/    (get|put|post|delete|patch|head|options):/#) {
        method = match.1.uppercased()
      }
      if let match = line.wholeMatch(of: #/ +operationId: (.+)/#) { operations.append("\(method) \(path) \(match.1)") }
    }
    return operations.sorted()
  }

  @Test func theDocumentDescribesEachRouteAndNoOther() {
    let routes = ControlRoute.allCases.map { "\($0.method.rawValue) \($0.path) \($0.rawValue)" }
    #expect(routes.sorted() == Self.described)
  }
}
