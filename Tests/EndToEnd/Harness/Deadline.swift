/// Waits for a condition that no event tells of, such as the end of somebody else's process.
///
/// False when it did not come about in time.
func comesTrue(within limit: Duration, _ condition: () async throws -> Bool) async throws -> Bool {
  let clock = ContinuousClock()
  let end = clock.now + limit
  while clock.now < end {
    if try await condition() { return true }
    try await clock.sleep(for: .milliseconds(25))
  }
  return try await condition()
}
