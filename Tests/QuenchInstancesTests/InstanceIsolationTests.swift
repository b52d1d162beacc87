import Foundation
import QuenchConfiguration
import QuenchInstances
import QuenchProcesses
import QuenchState
import SystemPackage
import Testing

@Suite struct InstanceIsolationTests {
  @Test func anInstanceReadsNothingOfAnotherNorOfTheLogs() async throws {
    try #require(Confinement.version != nil, "this kernel has no Landlock")
    try await withService { fixture in
      let provider = fixture.provider(try Lifeline())
      let first = try await provider.start(fixture.specification("one"))
      let log = fixture.state.logs.appending("build.log")
      try "built".write(toFile: log.string, atomically: true, encoding: .utf8)
      let places = [first.folder.description, first.folder.log, first.folder.artifact.appending("faulty.py"), log]
      let second = try await provider.start(
        fixture.specification("two") { service in
          service.run =
            places.map { "cat \($0) >/dev/null && echo BREACH; " }.joined()
            + "ls \(fixture.state.instances) && echo BREACH; cat ./faulty.py >/dev/null && echo own; "
            + "exec \(service.run)"
        })
      let printed = try String(contentsOfFile: second.folder.log.string, encoding: .utf8)
      #expect(printed.contains("own") && !printed.contains("BREACH"), "\(printed)")
      #expect(printed.split(separator: "\n").count { $0.contains("ermission denied") } == 5, "\(printed)")
    }
  }
}
