/// What a running command has printed so far, and those who wait for some of it.
actor Transcript {
  enum Stream: Sendable { case stdout, stderr }

  private var bytes: [Stream: [UInt8]] = [:]
  private var open: Set<Stream> = [.stdout, .stderr]
  private var waiting: [Waiter] = []

  private struct Waiter {
    let text: String
    let found: CheckedContinuation<Bool, Never>
  }

  func append(_ chunk: [UInt8], to stream: Stream) {
    bytes[stream, default: []] += chunk
    waiting.removeAll { waiter in
      guard contains(waiter.text) else { return false }
      waiter.found.resume(returning: true)
      return true
    }
  }

  func close(_ stream: Stream) {
    open.remove(stream)
    guard open.isEmpty else { return }
    for waiter in waiting { waiter.found.resume(returning: false) }
    waiting = []
  }

  func text(of stream: Stream) -> String {
    String(decoding: bytes[stream] ?? [], as: UTF8.self)
  }

  /// Waits until the text has been printed, on either stream; false when the command ended without it.
  func prints(_ text: String) async -> Bool {
    if contains(text) { return true }
    if open.isEmpty { return false }
    return await withCheckedContinuation { waiting.append(Waiter(text: text, found: $0)) }
  }

  /// Waits until the command has closed its output, as it does when it ends.
  func ends() async {
    if open.isEmpty { return }
    // No text is printed that contains a null character.
    _ = await prints("\0")
  }

  private func contains(_ text: String) -> Bool {
    bytes.keys.contains { self.text(of: $0).contains(text) }
  }
}
