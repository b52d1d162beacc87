import SystemPackage
import Testing

/// The data that an artifact brings: the service's to change, and put back as they first were.
struct DataTests {
  @Test(.world("greeter"), arguments: [[], ["prepare: chmod 600 data/deep/er"]])
  func broughtDataAreTheServicesToChange(hooks: [String]) async throws {
    let world = try World.current
    try world.write("data/counts.json", "{\"Ida\": 7}")
    try world.write("data/deep/er", "seed")
    var configuration = GreeterConfiguration(
      service: ["data: data"] + hooks,
      suites: [
        ("one", "curl -sf -X POST $QUENCH_RESET_URL"), ("two", "curl -sf $QUENCH_BASE_URL/greetings | grep 'Ida.: 7'"),
      ])
    // For root nothing is read-only, so the modes are looked at; what is done to them does not outlive a reset.
    configuration.run = """
      for file in data data/counts.json data/deep data/deep/er; do
        case $(stat -c %A $file) in ??w*) ;; *) echo "$file cannot be written"; exit 9 ;; esac
      done
      chmod 444 data/counts.json data/deep/er
      exec ./greeter --port ${PORT}
      """
    try world.write(
      "quench.yml",
      configuration.text.replacing("outputs: [build/greeter]", with: "outputs: [build/greeter, data]"))
    try await world.commit("Bring data")
    let outcome = try await world.quench("verify")
    #expect(outcome.passed, "\(outcome)")
  }
}
