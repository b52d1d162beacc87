import Foundation
import QuenchBuild
import QuenchGit
import QuenchProcesses
import QuenchState
import SystemPackage

/// A build of the rig's service.
struct RigBuild: Sendable, Codable {
  var behaviour: String
  var revision: String
  var tree: String
  var digest: String
  var key: String
}

/// Makes the builds of the rig's service: a commit and an artifact for each behaviour.
enum RigBuilds {
  static func make(in root: FilePath, state: StateDirectory) async throws -> [RigBuild] {
    let repository = root.appending("repository")
    let launcher = try Launcher.located()
    func git(_ command: String) async throws {
      let outcome = try await launcher.run(
        .shell(
          command, environment: ProcessEnvironment.allowed(temporaryDirectory: root), workingDirectory: repository),
        log: root.appending("git.log"))
      guard outcome.isSuccess else { throw RigError(text: outcome.lastLines.joined(separator: "\n")) }
    }
    try await git("git init -q -b main")
    var builds: [RigBuild] = []
    for behaviour in ProductionRig.behaviours {
      try service(behaviour).write(
        toFile: repository.appending("service.py").string, atomically: true, encoding: .utf8)
      try await git("git add -A && git -c user.name=T -c user.email=t@example.com commit -qm \(behaviour)")
      let opened = try Repository(containing: repository)
      let build = try await Builder(state: state, launcher: launcher, store: BuildStore(root: state.store)).build(
        try await opened.resolve("HEAD"), by: Recipe(name: "rig", outputs: ["service.py"]), in: opened
      ).build
      builds.append(
        RigBuild(
          behaviour: behaviour, revision: build.revision.description, tree: build.tree.description,
          digest: build.digest.description, key: build.key.description))
    }
    return builds
  }

  /// A server that answers every request with its revision, and its data folder's path when asked for `/data`.
  private static func service(_ behaviour: String) -> String {
    """
    import os, socket, threading
    behaviour = "\(behaviour)"
    revision = os.environ["QUENCH_REVISION"]
    server = socket.create_server(("127.0.0.1", int(os.environ["PORT"])))
    ill = os.path.join(os.environ["QUENCH_DATA"], "ill")
    def is_ill():
        # The file names who is ill; an empty one means everybody.
        try: names = open(ill).read()
        except FileNotFoundError: return False
        return not names or os.environ["QUENCH_INSTANCE_ID"] in names
    def serve(connection):
        with connection:
            stream = connection.makefile("rb")
            head = stream.readline().decode()
            length = 0
            while (line := stream.readline().strip()):
                if line.lower().startswith(b"content-length:"): length = int(line[15:])
            stream.read(length)
            if not head: return
            status = "200 OK"
            if behaviour == "never-healthy" or behaviour == "falls-ill" and is_ill():
                status = "503 Ill"
            body = os.environ["QUENCH_DATA"] if head.startswith("GET /data") else revision
            connection.sendall(f"HTTP/1.1 {status}\\r\\nContent-Length: {len(body)}\\r\\nConnection: close\\r\\n\\r\\n{body}".encode())
    while True:
        threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
    """
  }
}

struct RigError: Error {
  var text: String
}
