import QuenchProcesses
import Testing

@Suite("Whose a listening socket is")
struct ListeningSocketTests {
  @Test("An answer is the process's unless the machine says otherwise, or could say and does not")
  func fault() {
    typealias Owner = ListeningSocket.Owner
    for owner in [Owner.ours, .untold] { #expect(owner.fault(ofPort: 4711) == nil) }
    for owner in [Owner.nobody, .another, .hidden] { #expect(owner.fault(ofPort: 4711)?.contains("4711") == true) }
    #if os(Linux)
      #expect(ListeningSocket.isTold)
    #endif
  }
}
