import Foundation
import SystemPackage
import Testing

/// The code under test is not trusted: a build, a suite and a service that each try to reach what is not theirs.
struct IsolationTests {
  enum Place: String, CaseIterable, Sendable { case build, suite, service }

  /// What other runs, and an instance that is kept, have in the state folder.
  private func othersFiles(of world: World) throws -> [String] {
    let files = try world.files(below: world.state).filter { path in
      ["instances/", "logs/", "work/"].contains { path.hasPrefix($0) }
        && [".json", ".log"].contains { path.hasSuffix($0) }
    }
    for part in ["/instance.json", "logs/"] { try #require(files.contains { $0.contains(part) }, "\(files)") }
    return files
  }

  /// Each attempt that succeeds prints `BREACH`; the two that must succeed print when they do not.
  private func attack(on world: World, files: [String]) -> String {
    """
    #!/bin/sh
    state=\(world.state) root=\(world.root)
    try() { what=$1; shift; if "$@" >/dev/null 2>&1; then echo "BREACH: $what"; fi; }
    writes() { echo evil > "$1"; }
    try "wrote into the store" writes $state/store/blobs/sha256/evil
    try "wrote the store's index" writes $state/store/index.json
    for blob in $state/store/blobs/sha256/*; do try "wrote a blob" writes $blob; try "read a blob" cat $blob; done
    try "read the signing key" cat $root/keys/key.pem
    try "wrote the signing key" writes $root/keys/key.pem
    try "listed the keys" cat $root/keys/*
    try "read the ledger" cat $state/ledger.sqlite
    try "wrote the ledger" writes $state/ledger.sqlite
    try "removed the ledger" rm -f $state/ledger.sqlite
    try "wrote a control file" writes $state/run/evil
    try "read a control file" cat $state/run/hot.lock
    try "listed the instances" ls $state/instances
    try "listed the logs" ls $state/logs
    try "listed the slots" ls $state/work
    for file in \(files.joined(separator: " ")); do try "read $file" cat $state/$file; done
    try "wrote into the state" writes $state/evil
    try "wrote into the working tree" writes $root/service/evil
    try "wrote into .git" writes $root/service/.git/evil
    try "wrote a hook" writes $root/service/.git/hooks/post-commit
    try "wrote outside" writes $root/evil
    try "wrote into HOME" writes $root/home/evil
    try "wrote into the temporary folder of others" writes $root/tmp/evil
    try "put a program on PATH" writes $HOME/.cargo/bin/evil
    try "changed a package manager's settings" writes $HOME/.swiftpm/configuration/evil
    try "wrote a cache" writes $HOME/.cache/evil
    if writes $HOME/.cache/org.swift.swiftpm/evil 2>/dev/null; then caches=open; else caches=closed; fi
    if [ $1 != service ]; then try "wrote into shared memory" writes /dev/shm/quench-evil-$$; rm -f /dev/shm/quench-evil-$$
    else touch /dev/shm/quench-mine-$$ || echo "BARRED: shared memory"; rm -f /dev/shm/quench-mine-$$; fi
    # Landlock scopes signals alone; a limit on another process's time would end it as well.
    sleep 60 & victim=$!
    for process in $PPID 1 $(ls /proc | grep '^[0-9]*$'); do
      [ $process = $$ ] || try "limited process $process" prlimit --pid $process --cpu=unlimited:unlimited
    done
    kill $victim
    try "linked the key" ln $root/keys/key.pem $TMPDIR/key
    if env | grep -q SIGNING_KEY; then echo "BREACH: the signing key is in the environment"; fi
    # A key in the variable itself is looked for by its text, with everything that can be read of other processes.
    if grep -aqs QUENCH_SIGNING_KEY= /proc/[0-9]*/environ; then echo "BREACH: read the variable of a process"; fi
    if grep -aqs "BEGIN PRIVATE[ ]KEY" /proc/[0-9]*/environ /proc/[0-9]*/cmdline; then echo "BREACH: read the key"; fi
    if env | grep -q LEAKED; then echo "BREACH: a variable of the runner is in the environment"; fi
    for process in /proc/[0-9]*; do
      if tr '\\0' '\\n' < $process/environ 2>/dev/null | grep -q canary-$((40 + 2)); then
        echo "BREACH: read the environment of $process"
      fi
    done
    echo fine > $TMPDIR/mine || echo "BARRED: its own TMPDIR"
    echo fine > ./mine || echo "BARRED: its own folder"
    echo "attacked as $1, with the packages' caches $caches"
    """
  }

  @Test(.world("greeter"), .enabled(if: Product.has("openssl"), "openssl is not installed"), arguments: Place.allCases)
  func nothingOfOthersIsInReach(from place: Place) async throws {
    let world = try World.current
    let keys = world.root.appending("keys")
    for folder in [".cargo/bin", ".swiftpm/configuration", ".cache/org.swift.swiftpm"] {
      try FileManager.default.createDirectory(
        atPath: world.home.pushing(FilePath(folder)).string, withIntermediateDirectories: true)
    }
    try FileManager.default.createDirectory(atPath: keys.string, withIntermediateDirectories: false)
    let key = keys.appending("key.pem")
    try await world.tool("openssl", "genpkey", "-algorithm", "ed25519", "-out", key.string)
    chmod(key.string, 0o600)
    // One passing run, so that there are a store and a ledger to reach for.
    let usual = try await world.ask("verify")
    #expect(usual.status == 0, "\(usual.outcome)")
    if usual.json["isolation"].string == "none" { try Test.cancel("this machine has no Landlock") }
    world.atEnd { try await world.quench("hot", "stop", "--remove") }
    let deployed = try await world.quench("hot", "deploy")
    #expect(deployed.status == 0, "an instance of another run to reach for: \(deployed)")
    let store = try await checksums(of: world.state.appending("store"), in: world)
    let secretKey = try world.read(key)

    try world.write("attack.sh", attack(on: world, files: try othersFiles(of: world)), executable: true)
    var configuration = GreeterConfiguration(suites: [("check", "true")])
    switch place {
    case .build: configuration.build = "sh ./attack.sh build\n" + configuration.build
    case .suite: configuration.suites = [("check", "sh ./attack.sh suite")]
    case .service:
      configuration.build += " && cp attack.sh build/"
      configuration.run = "sh ./attack.sh service >&2; exec ./greeter --port ${PORT}"
    }
    var text = configuration.text
    if place == .service {
      text = text.replacing("outputs: [build/greeter]", with: "outputs: [build/greeter, build/attack.sh]")
    }
    try world.write("quench.yml", text)
    try await world.commit("Attack")
    let (outcome, evidence) = try await world.verifyWithEvidence(
      "--verbose",
      environment: ["QUENCH_SIGNING_KEY": key.string, "CANARY": "canary-42", "LEAKED": "yes"])
    #expect(outcome.passed, "\(outcome)")
    let caches = place == .build ? "open" : "closed"
    #expect(
      evidence.contains("attacked as \(place), with the packages' caches \(caches)"), "\(outcome)\n\(evidence)")
    let breaches = Set(evidence.split(separator: "\n").filter { $0.hasPrefix("BREACH") || $0.hasPrefix("BARRED") })
    #expect(breaches.isEmpty)
    for file in ["evil", "service/evil", "service/.git/evil", "home/evil", "tmp/evil", "service/.quench/evil"] {
      #expect(!world.exists(world.root.pushing(FilePath(file))), "\(file)")
    }
    #expect(try world.read(key) == secretKey)
    let after = try await checksums(of: world.state.appending("store"), in: world)
    for (file, sum) in store where file.contains("blobs/") { #expect(after[file] == sum, "\(file) changed") }
  }

  @Test(.world("greeter"))
  func instanceCannotChangeWhatTheNextOneRuns() async throws {
    let world = try World.current
    var configuration = GreeterConfiguration(suites: [("check", "true")])
    configuration.run = "cp greeter mine; echo 'raise SystemExit(1)' > greeter; exec python3 ./mine --port ${PORT}"
    try world.write("quench.yml", configuration.text)
    try await world.commit("Spoil the own program")
    let first = try await world.ask("verify")
    let second = try await world.ask("verify")
    #expect(first.status == 0, "\(first.outcome)")
    #expect(second.status == 0, "\(second.outcome)")
    #expect(second.json["build"]["digest"] == first.json["build"]["digest"])
    let digest = try #require(first.json["build"]["digest"].string)
    let sum = try await world.tool("sha256sum", world.state.pushing(FilePath("store/blobs/sha256/\(digest)")).string)
    #expect(sum.hasPrefix(digest))
  }

  @Test(.world("greeter"))
  func outputThatLeavesTheSlotIsNotTaken() async throws {
    let world = try World.current
    try world.write(world.root.appending("private").string, "a secret of the runner")
    try world.write(
      "quench.yml",
      GreeterConfiguration(
        build: "mkdir -p build && ln -s \(world.root)/private build/greeter", suites: [("check", "true")]
      ).text)
    try await world.commit("Link outside")
    let outcome = try await world.quench("verify")
    #expect(outcome.status == 3, "\(outcome)")
    let state = try world.text(below: world.state.appending("store"))
    #expect(!state.contains("a secret of the runner"))
  }

  private func checksums(of folder: FilePath, in world: World) async throws -> [String: String] {
    let list = try await world.tool("find", folder.string, "-type", "f", "-exec", "sha256sum", "{}", "+")
    return Dictionary(
      uniqueKeysWithValues: list.split(separator: "\n").map { (String($0.dropFirst(66)), String($0.prefix(64))) })
  }
}
