import Foundation
import QuenchProcesses
import QuenchState
import SystemPackage
import Testing

@Suite final class LauncherTests: Sendable {
  let scratch = FilePath(FileManager.default.temporaryDirectory.path).appending("quench-launcher-\(UUID().uuidString)")
  let launcher: Launcher

  init() throws {
    launcher = try Launcher.located()
    try FileManager.default.createDirectory(atPath: scratch.string, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: scratch.string) }

  var environment: [String: String] { ProcessEnvironment.allowed(temporaryDirectory: scratch) }

  func shell(_ command: String, confinement: Confinement? = nil, grace: Duration = .seconds(1)) -> Launch {
    .shell(command, environment: environment, workingDirectory: scratch, confinement: confinement, grace: grace)
  }

  @Test func aCommandsOutputStatusAndLogAreKept() async throws {
    let log = scratch.appending("log")
    let outcome = try await launcher.run(shell("echo one; echo two >&2; exit 3"), log: log)
    #expect(outcome.ending == .exited(3))
    #expect(outcome.lastLines == ["one", "two"])
    #expect(try String(contentsOfFile: log.string, encoding: .utf8) == "one\ntwo\n")
  }

  @Test func aFullDiskIsNamedAsWhatKeepsTheLogFromBeingWritten() async throws {
    let error = await #expect(throws: ProcessError.self) {
      try await launcher.run(shell("echo one; sleep 600"), log: "/dev/full")
    }
    #expect(error?.code == .logUnwritable && error?.message.contains("disk is full") == true)
    #expect(error?.remedy == "quench gc")
  }

  @Test(arguments: [
    ("./serve --port 1", true), ("env A=1 ./serve", true), (". ./serve", false), ("source ./serve", false),
    ("eval ./serve", false), ("command ./serve", false), ("A=1 ./serve", false), ("cd web && ./serve", false),
  ])
  func aServiceReplacesItsShellWhereOnlyAProgramIsCalled(_ command: String, replaces: Bool) {
    let launch = Launch.service(
      command, environment: [:], workingDirectory: scratch, stopSignal: SIGTERM, grace: .seconds(1))
    #expect(launch.arguments.last == (replaces ? "exec \(command)" : command))
  }

  @Test func aSignalIsToldFromAStatus() async throws {
    let outcome = try await launcher.run(shell("kill -SEGV $$"), log: scratch.appending("log"))
    #expect(outcome.ending == .signalled(SIGSEGV))
  }

  @Test func nothingIsInheritedButTheAllowList() async throws {
    let outcome = try await launcher.run(shell("env | cut -d= -f1 | sort"), log: scratch.appending("log"))
    #expect(
      Set(outcome.lastLines).subtracting(["PATH", "HOME", "LANG", "TMPDIR", "PWD", "_", "SHLVL", "OLDPWD"]) == [])
    let descriptors = try await launcher.run(shell("ls /proc/self/fd"), log: scratch.appending("log2"))
    #expect(Set(descriptors.lastLines) == ["0", "1", "2", "3"], "3 is the listing's own")
  }

  @Test func runningOutOfTimeEndsTheWholeTree() async throws {
    let marker = scratch.appending("child")
    let outcome = try await launcher.run(
      shell("(trap '' TERM; setsid sleep 600 & echo $! > \(marker); wait)", grace: .milliseconds(100)),
      log: scratch.appending("log"), timeout: .milliseconds(500))
    #expect(outcome.timedOut)
    let child = try #require(
      Int32(try String(contentsOfFile: marker.string, encoding: .utf8).trimmingCharacters(in: .newlines)))
    #expect(ProcessIdentity(running: child) == nil)
  }

  @Test func cancellingEndsTheWholeTree() async throws {
    let log = scratch.appending("log")
    let (lines, continuation) = AsyncStream<String>.makeStream()
    let task = Task { [launcher] in
      try await launcher.run(shell("sleep 600 & echo $!; wait"), log: log) { continuation.yield($0) }
    }
    let child = try #require(await lines.first { _ in true }.flatMap { Int32($0) })
    #expect(ProcessIdentity(running: child) != nil)
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(ProcessIdentity(running: child) == nil)
  }

  @Test func whatACommandLeavesBehindIsEnded() async throws {
    let outcome = try await launcher.run(
      shell("setsid sleep 600 >/dev/null 2>&1 & echo $!"), log: scratch.appending("log"))
    #expect(outcome.isSuccess)
    let child = try #require(outcome.lastLines.first.flatMap { Int32($0) })
    #expect(ProcessIdentity(running: child) == nil)
  }

  @Test func aConfinedCommandWritesOnlyWhereItMay() async throws {
    try #require(Confinement.version != nil, "this kernel has no Landlock")
    let inside = scratch.appending("inside"), secret = scratch.appending("state/secret")
    for folder in [inside, secret] {
      try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
    }
    try "key".write(toFile: secret.appending("key").string, atomically: true, encoding: .utf8)
    let outcome = try await launcher.run(
      shell(
        "cat \(secret)/key; echo x > \(secret)/key; echo x > \(scratch)/outside; mkdir \(inside)/a && echo x > \(inside)/a/b",
        confinement: Confinement(writable: [inside], denied: [secret])), log: scratch.appending("log"))
    #expect(outcome.isSuccess, "writing inside is allowed: \(outcome.lastLines)")
    #expect(outcome.lastLines.count { $0.contains("ermission denied") } == 3)
    #expect(try String(contentsOfFile: secret.appending("key").string, encoding: .utf8) == "key")
  }

  @Test func whatIsNamedBelowSomethingDeniedIsAllowed() async throws {
    try #require(Confinement.version != nil, "this kernel has no Landlock")
    let state = scratch.appending("state")
    for folder in ["mine", "read", "read/key", "others"] {
      let path = state.pushing(FilePath(folder))
      try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
      try "text".write(toFile: path.appending("file").string, atomically: true, encoding: .utf8)
    }
    let outcome = try await launcher.run(
      shell(
        """
        cd \(state); cat mine/file read/file >/dev/null && echo x > mine/new && echo fine
        cat others/file; cat read/key/file; ls .; echo x > read/new; echo x > others/new
        """,
        confinement: Confinement(
          writable: [state.appending("mine")], readable: [state.appending("read")],
          denied: [state, state.pushing("read/key")])), log: scratch.appending("log"))
    #expect(outcome.lastLines.first == "fine", "\(outcome)")
    #expect(outcome.lastLines.count { $0.contains("ermission denied") } == 5, "\(outcome)")
  }

  @Test func aConfinedCommandReachesNoTerminalAndNoAbstractSocketOfOthers() async throws {
    try #require((Confinement.version ?? 0) >= 6, "this kernel's Landlock keeps nobody from abstract sockets")
    let name = "quench-\(UUID().uuidString)", up = scratch.appending("up")
    let listener = try await launcher.start(
      shell(
        "exec python3 -c 'import socket, time; s = socket.socket(socket.AF_UNIX); s.bind(\"\\0\(name)\"); s.listen(); "
          + "open(\"\(up)\", \"w\"); time.sleep(600)'"), record: scratch.appending("process.json"),
      log: scratch.appending("log"))
    #expect(try await comesTrue { FileManager.default.fileExists(atPath: up.string) })
    let connect = "python3 -c 'import socket; socket.socket(socket.AF_UNIX).connect(\"\\0\(name)\")' && echo connected"
    let free = try await launcher.run(shell(connect), log: scratch.appending("free.log"))
    #expect(free.lastLines == ["connected"])
    let confinement = Confinement(writable: [], denied: [])
    let confined = try await launcher.run(
      shell(connect, confinement: confinement), log: scratch.appending("confined.log"))
    #expect(confined.lastLines.last?.contains("PermissionError") == true, "\(confined)")
    await listener.stop(grace: .seconds(1))
    let terminal = try await launcher.run(
      shell(
        "python3 -c 'import os; os.open(os.ttyname(os.openpty()[1]), os.O_WRONLY)'", confinement: confinement),
      log: scratch.appending("terminal.log"))
    #expect(terminal.lastLines.last?.contains("PermissionError") == true, "\(terminal)")
  }

  /// A launcher that fails is told from a command that ends with the same status.
  @Test func whatCannotBeStartedIsNoEndingOfTheCommand() async throws {
    let own = try await launcher.run(shell("echo 'quench launch: fork: no'; exit 120"), log: scratch.appending("log"))
    #expect(own.ending == .exited(120))
    let hidden = try await launcher.run(shell("env"), log: scratch.appending("environment"))
    #expect(!hidden.lastLines.contains { $0.contains("QUENCH_LAUNCH_MARK") })

    let failing = scratch.appending("launcher")
    try "#!/bin/sh\necho 'quench launch: fork: out of processes'; echo \"$QUENCH_LAUNCH_MARK\"; exit 120\n".write(
      toFile: failing.string, atomically: true, encoding: .utf8)
    chmod(failing.string, 0o755)
    let error = await #expect(throws: ProcessError.self) {
      try await Launcher(executable: failing).run(shell("true"), log: scratch.appending("log"))
    }
    #expect(error?.code == .launchFailed && error?.message.contains("out of processes") == true)

    let process = Process(), pipe = Pipe()
    process.executableURL = URL(filePath: launcher.executable.string)
    process.arguments = ["launch", "--record", "/nowhere/at/all", "--", "true"]
    process.environment = ["QUENCH_LAUNCH_MARK": "the mark"]
    process.standardError = pipe
    try process.run()
    let said = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 120 && said.hasSuffix("\nthe mark\n"), "\(said)")
  }

  @Test func commandsSayWhoseTheyAre() async throws {
    let state = StateDirectory(root: scratch.appending("state"))
    try state.prepare()
    let owner = try ProcessOwner.current(in: state)
    let owned = launcher.owned(by: owner)
    let said = try await owned.run(shell("echo $QUENCH_OWNER"), log: scratch.appending("log"))
    #expect(said.lastLines == [owner.text])
    var other = shell("echo $QUENCH_OWNER")
    other.environment[ProcessTable.ownerVariable] = "kept elsewhere"
    #expect(try await owned.run(other, log: scratch.appending("log")).lastLines == ["kept elsewhere"])
  }

  @Test func aStartedProcessIsAdoptedStoppedAndItsEndingKnown() async throws {
    let record = scratch.appending("process.json")
    let started = try await launcher.start(
      shell("trap 'exit 7' TERM; echo up; while :; do sleep 0.05; done"), record: record, log: scratch.appending("log"))
    let adopted = try LaunchedProcess(adopting: record)
    #expect(adopted.isRunning && adopted.process == started.process && adopted.ending == nil)
    await adopted.stop(grace: .seconds(2))
    #expect(!started.isRunning)
    #expect(started.ending == .exited(7))
  }

  @Test func aRecordOfAnotherBootIsOfNoProcess() async throws {
    let record = scratch.appending("process.json")
    let started = try await launcher.start(shell("sleep 600"), record: record, log: scratch.appending("log"))
    let text = try String(contentsOfFile: record.string, encoding: .utf8)
    let other = text.replacing(/"boot":"[0-9a-f-]{36}"/, with: "\"boot\":\"another\"")
    try #require(other != text)
    try other.write(toFile: record.string, atomically: true, encoding: .utf8)
    let adopted = try LaunchedProcess(adopting: record)
    #expect(!adopted.isRunning)
    await adopted.stop(grace: .zero)
    #expect(started.isRunning, "nothing is signalled that has its number by chance")
    await started.stop(grace: .seconds(2))
  }

  @Test func ofASessionWithoutALeaderOnlyWhatIsOursIsEnded() async throws {
    let record = scratch.appending("process.json")
    var launch = shell(
      "env -u QUENCH_OWNER sleep 600 & echo $! > \(scratch)/other; sleep 600 & echo $! > \(scratch)/ours; wait")
    launch.environment[ProcessTable.ownerVariable] = "kept \(scratch)"
    let started = try await launcher.start(launch, record: record, log: scratch.appending("log"))
    let other = try await process(in: scratch.appending("other"))
    let ours = try await process(in: scratch.appending("ours"))
    started.launcher.signal(SIGKILL)
    started.process.signal(SIGKILL)
    try await started.waitUntilEnded()
    await started.stop(grace: .seconds(1))
    #expect(try await comesTrue { !ours.isRunning })
    #expect(other.isRunning)
    other.signal(SIGKILL)
  }

  @Test func secretsAreHiddenHoweverTheyArePrinted() async throws {
    let key = "-----BEGIN KEY-----\nMIIEvQIBADAN\nkurz\n-----END KEY-----\n"
    let log = scratch.appending("log")
    var launch = shell(
      """
      echo "$LONG $SHORT x"; echo "no $TINY"; echo "$KEY"; echo "key: MIIEvQIBADAN"; echo "$ADDRESS"; echo "as pa55-word"
      printf '%s\\n' "$LONG" "$KEY" | dd bs=1 status=none
      for length in $(seq 65526 65538); do head -c $length /dev/zero | tr '\\0' .; echo "$LONG"; done
      printf 'user and user, then pass'
      """)
    launch.environment.merge([
      "KEY": key, "LONG": "password1", "SHORT": "pass", "TINY": "no", "ADDRESS": "db://user:pa55-word@host/name",
      "PLAIN": "db://user:user@host",
    ]) { $1 }
    launch.secretNames = ["TINY", "SHORT", "LONG", "KEY", "ADDRESS", "PLAIN", "UNSET"]
    #expect(try await launcher.run(launch, log: log).isSuccess)
    let text = try String(contentsOfFile: log.string, encoding: .utf8)
    for secret in ["pass", "word1", "MIIE", "kurz", "BEGIN", "END", "pa55"] {
      #expect(!text.contains(secret), "\(secret)")
    }
    #expect(text.hasPrefix("*** *** x\nno no\n***\n\nkey: ***\n***\nas ***\n***\n***\n\n..."), "\(text.prefix(200))")
    #expect(text.hasSuffix("....***\nuser and user, then ***"), "\(text.suffix(200))")
  }

  @Test func aProcessEndsWithItsLifeline() async throws {
    var lifeline: Lifeline? = try Lifeline()
    let started = try await launcher.start(
      shell("sleep 600"), record: scratch.appending("process.json"), log: scratch.appending("log"), lifeline: lifeline)
    #expect(started.isRunning)
    lifeline = nil
    _ = lifeline
    try await started.waitUntilEnded()
    #expect(!started.isRunning)
  }

  /// The process whose number a command writes to a file.
  private func process(in file: FilePath) async throws -> ProcessIdentity {
    var text = ""
    _ = try await comesTrue {
      text = (try? String(contentsOfFile: file.string, encoding: .utf8)) ?? ""
      return text.hasSuffix("\n")
    }
    return try #require(Int32(text.trimmingCharacters(in: .newlines)).flatMap { ProcessIdentity(running: $0) })
  }

  private func comesTrue(_ condition: () -> Bool) async throws -> Bool {
    for _ in 0..<500 {
      if condition() { return true }
      try await Task.sleep(for: .milliseconds(10))
    }
    return false
  }

  @Test func aCommandThatIsNotThereSaysSo() async throws {
    await #expect(throws: ProcessError.self) {
      try await launcher.start(
        Launch(arguments: ["/no/such/program"], environment: environment, workingDirectory: scratch),
        record: scratch.appending("process.json"), log: scratch.appending("log"))
    }
  }
}
