import QuenchConfiguration
import QuenchLedger
import Testing

@Suite("Scopes")
struct ScopeTests {
  @Test("What quench.yml lets clients do is what tokens are good for")
  func same() { #expect(APIConfiguration.scopes == AccessScope.allCases.map(\.rawValue)) }
}
