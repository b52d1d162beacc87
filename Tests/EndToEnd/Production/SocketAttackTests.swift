import Foundation
import SystemPackage
import Testing

/// Code under test that reaches for the sockets over which production is driven.
struct SocketAttackTests {
  static let engines = ["embedded", "haproxy"].filter { $0 == "embedded" || Product.has($0) }

  /// Asks every socket that it can find to end production, and prints what came of it.
  private static let attack = """
    import glob, json, os, socket, sys
    run = sys.argv[1]
    def ask(path, text):
        folder, name = os.path.split(path)
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(10)
            try:
                os.chdir(folder)
                client.connect(name)
                client.sendall(text.encode())
                return client.recv(65536).decode()
            except OSError as error:
                return ""
    answer = ask(run + "/serve-turncoat.sock",
        "POST /v1/down HTTP/1.1\\r\\nHost: q\\r\\nContent-Length: 0\\r\\n\\r\\n")
    print("asked serve:", answer.splitlines()[:1])
    if " 200 " in answer: print("BREACH: took production down")
    answer = ask(run + "/balancer-turncoat/control",
        json.dumps({"schema": "quench.balancer-control/v1", "action": "stop"}) + "\\n")
    print("asked the balancer:", answer)
    if answer and "failure" not in json.loads(answer): print("BREACH: stopped the balancer")
    places = {run + "/haproxy-turncoat/control", run + "/haproxy-turncoat/private/none/control"}
    for line in open("/proc/net/unix"):
        name = line.split()[-1]
        if "control" in name: places.add(os.path.join(run, "haproxy-turncoat", name))
    for process in glob.glob("/proc/[0-9]*"):
        try: words = open(process + "/cmdline").read().split("\\0")
        except OSError: continue
        for word in words:
            if "haproxy-turncoat" in word: places.add(os.path.join(os.path.dirname(word), "control"))
        try: places.add(os.path.join(os.readlink(process + "/cwd"), "control"))
        except OSError: continue
    for folder in {os.path.dirname(place) for place in places} | {run, run + "/haproxy-turncoat/private"}:
        try: places |= {os.path.join(folder, name, "control") for name in os.listdir(folder)}
        except OSError: continue
    for place in places:
        if "Version" in ask(place, "show info\\n"): print("BREACH: HAProxy answers at", place)
    print("tried", len(places), "places for HAProxy")
    """

  @Test(.world("turncoat"), arguments: engines)
  func productionIsNotDrivenByCodeUnderTest(engine: String) async throws {
    let production = try await Production.begin(revisions: 1) { $0.engine = engine }
    let world = production.world
    try await production.serving { _ in
      try await production.promote(production.first)
      try world.write("attack.py", Self.attack)
      var configuration = production.configuration
      configuration.smoke = "python3 attack.py \(world.state)/run"
      try world.write("quench.yml", configuration.text)
      let attacker = try await world.commit("Attack")
      let (outcome, evidence) = try await world.verifyWithEvidence(attacker)
      #expect(outcome.passed, "\(outcome)")
      if outcome.text.contains("isolation: none") { try Test.cancel("this machine has no Landlock") }
      #expect(evidence.contains("asked serve: ['HTTP/1.1 401 Unauthorized']"), "\(evidence)")
      if engine == "embedded" { #expect(evidence.contains(#""code":"unauthorized""#), "\(evidence)") }
      #expect(evidence.contains("places for HAProxy"))
      #expect(evidence.split(separator: "\n").filter { $0.hasPrefix("BREACH") } == [])
      try production.answers(production.first)
      #expect(try await world.quench("status").status == 0)
    }
    // The token is the same for the next control plane, and so for a balancer that went on meanwhile.
    try await production.serving { _ in try production.answers(production.first) }
  }
}
