import Foundation
import SystemPackage
import Testing

/// Production over TLS.
struct TLSTests {
  private static let section = ", tls: { certificate: certs/site.pem, key: certs/site.key }"

  /// Makes a certificate in place of the one before, both files as a whole.
  private static func renew(_ name: String, in world: World) async throws {
    try await world.tool(
      "sh", "-c",
      """
      mkdir -p certs && cd certs && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
        -subj "/CN=$1" -addext "subjectAltName=IP:127.0.0.1" -keyout new.key -out new.pem 2>&1
      mv new.key site.key && mv new.pem site.pem && cat site.pem >>all.pem
      """, "sh", name)
  }

  /// Production with a certificate that is not committed.
  private static func begin() async throws -> Production {
    let production = try await Production.begin { $0.balancer = section }, world = production.world
    try world.write(".git/info/exclude", "certs\nload.py\nstop\n")
    try await renew("one", in: world)
    return production
  }

  /// Requests without end on kept connections and on new ones, until there is a file `stop`; prints what came of them.
  private static let load = """
    import http.client, os, ssl, sys, threading, time
    port, answered, failed = int(sys.argv[1]), [0], []
    def drive(keeps):
        client = None
        while not os.path.exists("stop"):
            try:
                if client is None:
                    context = ssl.create_default_context(cafile="certs/all.pem")
                    client = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=20)
                client.request("GET", "/items/1")
                answer = client.getresponse()
                body = answer.read()
                if answer.status != 200: failed.append("%d %s" % (answer.status, body))
                answered[0] += 1
                if not keeps or answer.will_close:
                    client.close()
                    client = None
            except Exception as error:
                failed.append(repr(error))
                client = None
            time.sleep(0.01)
    threads = [threading.Thread(target=drive, args=(number % 2 == 0,)) for number in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    print(answered[0], "answered", len(failed), "failed", failed[:5])
    """

  /// The serial number and the answer that a new connection gets, as `openssl` sees them.
  private func ask(_ production: Production) async throws -> (serial: String, revision: String) {
    let world = production.world
    let serial = try await world.tool(
      "sh", "-c", "openssl s_client -connect 127.0.0.1:$1 </dev/null 2>/dev/null | openssl x509 -noout -serial", "sh",
      "\(production.port)")
    let script = """
      import ssl, sys, urllib.request
      context = ssl.create_default_context(cafile="certs/all.pem")
      print(urllib.request.urlopen("https://127.0.0.1:%s/" % sys.argv[1], context=context).read().decode())
      """
    let answer = try await world.tool("python3", "-c", script, "\(production.port)")
    return (serial, try JSONValue(document: answer)["revision"].string ?? "")
  }

  private func serial(_ world: World) async throws -> String {
    try await world.tool("openssl", "x509", "-in", "certs/site.pem", "-noout", "-serial")
  }

  @Test(.world("turncoat"))
  func promotionsAndRenewalsLoseNothing() async throws {
    let production = try await Self.begin(), world = production.world
    try world.write("load.py", Self.load)
    let served = try await production.serving { serve in
      try await production.promote(production.first)
      let before = try await ask(production)
      #expect(try await before == (serial(world), production.first))
      async let load = world.tool("python3", "load.py", "\(production.port)")
      try await production.promote(production.second)
      try await Self.renew("two", in: world)
      try await serve.prints("certificate-loaded")
      let after = try await ask(production)
      #expect(try await after == (serial(world), production.second) && after.serial != before.serial)
      try world.write("certs/new.key", "no key\n")
      try await world.tool("mv", "certs/new.key", "certs/site.key")
      try await serve.prints("certificate-refused")
      #expect(try await ask(production).serial == after.serial)
      let listener = try #require(
        try await production.status()["balancer"]["listeners"].array.first { $0["class"].string == "production" })
      #expect(listener["tls"].bool == true && listener["certificate_refusal"].string?.contains("site.key") == true)
      #expect(listener["certificate_expires"].string != nil)
      let others = try await production.status()["balancer"]["listeners"].array.filter { $0["class"].string == "test" }
      #expect(others.map { $0["tls"].bool } == [false])
      try await production.promote(production.first)
      #expect(try await ask(production) == (after.serial, production.first), "a promotion goes on by the old one")
      try world.write("stop", "")
      let tally = try await load
      #expect(tally.contains(" 0 failed"), "\(tally)")
      #expect(!tally.hasPrefix("0 answered"), "\(tally)")
    }
    #expect(served.stdout.contains("certificate-refused") && served.stdout.contains("site.key"), "\(served)")
  }

  @Test(.world("turncoat"))
  func balancerAndControlPlaneComeBackWithIt() async throws {
    let production = try await Self.begin(), world = production.world
    try await production.serving(endedBy: SIGKILL) { _ in try await production.promote(production.first) }
    #expect(try await ask(production).revision == production.first, "nobody looks after it")
    try await production.serving { serve in
      let balancer = try #require(
        ProcessTable.entries(ofWorld: world.root).first {
          $0.command.contains(" balancer ") && !$0.command.contains(" launch ")
            || $0.command.hasPrefix("/usr/sbin/haproxy")
        })
      guard production.configuration.engine == "embedded" else { return }
      kill(balancer.pid, SIGKILL)
      try await serve.prints("balancer-restarted")
      #expect(try await ask(production) == (serial(world), production.first))
      #expect(!balancer.command.contains("site.key"))
      let secret = try await world.tool("sed", "-n", "2p", "certs/site.key")
      let copies = try await world.tool("sh", "-c", "grep -rlF -- \"$1\" .quench || true", "sh", secret)
      #expect(copies.isEmpty, "the key stays where it is: \(copies)")
    }
  }

  @Test(.world("turncoat"))
  func whatCannotBeUsedIsToldWithItsPlace() async throws {
    let world = try World.current
    var configuration = ProductionConfiguration()
    configuration.balancer = Self.section
    try world.write("quench.yml", configuration.text)
    try await world.commit("Behind TLS")
    world.atEnd { try await world.quench("down") }
    func refusal(_ reason: String, at key: String) async throws {
      let lines = configuration.text.components(separatedBy: "\n")
      let line = try #require(lines.firstIndex { $0.hasPrefix("balancer:") })
      let column = lines[line].components(separatedBy: "\(key): certs/")[0].count + key.count + 3
      let served = try await world.quench("serve")
      #expect(served.status == 78, "\(served)")
      #expect(served.stderr.contains("quench.yml:\(line + 1):\(column): "), "\(served)")
      #expect(served.stderr.contains(reason), "\(served)")
      let doctor = try await world.quench("doctor")
      #expect(doctor.status == 3 && doctor.stdout.contains(reason), "\(doctor)")
    }
    try await refusal("does not exist", at: "certificate")
    try await Self.renew("one", in: world)
    try await world.tool("cp", "certs/site.key", "certs/kept.key")
    try await world.tool("chmod", "644", "certs/site.key")
    try await refusal("chmod o=", at: "key")
    try await Self.renew("two", in: world)
    try await world.tool("mv", "certs/kept.key", "certs/site.key")
    try await refusal("is not the key of", at: "key")
    let verified = try await world.quench("verify")
    #expect(verified.passed, "who verifies needs no certificate: \(verified)")
    try await Self.renew("three", in: world)
    let doctor = try await world.quench("doctor")
    #expect(doctor.status == 0 && doctor.stdout.contains("certs/site.pem, until "), "\(doctor)")
  }
}
