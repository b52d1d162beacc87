import Foundation
import Subprocess
import SystemPackage
import Testing

/// A CI system that there is a template for; its name is that of the template's folder.
enum CISystem: String, CaseIterable, CustomTestStringConvertible {
  case github, gitlab, jenkins, buildkite, circleci, azure

  var testDescription: String { rawValue }

  /// The variables that it gives a job on main, with files and folders of its own in `folder`.
  func variables(commit: String, folder: FilePath) -> [String: String] {
    func path(_ name: String) -> String { folder.appending(name).string }
    return switch self {
    case .github:
      [
        "CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_SHA": commit, "GITHUB_REF_NAME": "main",
        "GITHUB_EVENT_NAME": "push", "GITHUB_SERVER_URL": "https://example.com", "GITHUB_ENV": path("env"),
        "GITHUB_PATH": path("path"), "GITHUB_OUTPUT": path("output"), "GITHUB_STEP_SUMMARY": path("summary"),
        "RUNNER_TEMP": folder.string,
      ]
    case .gitlab:
      [
        "CI": "true", "GITLAB_CI": "true", "CI_JOB_ID": "1", "CI_COMMIT_SHA": commit, "CI_COMMIT_BRANCH": "main",
        "CI_DEFAULT_BRANCH": "main",
      ]
    case .jenkins: ["JENKINS_URL": "https://example.com/", "GIT_COMMIT": commit, "BRANCH_NAME": "main"]
    // The build was made for no particular commit.
    case .buildkite:
      ["BUILDKITE": "true", "BUILDKITE_JOB_ID": "1", "BUILDKITE_COMMIT": "HEAD", "BUILDKITE_BRANCH": "main"]
    case .circleci: ["CI": "true", "CIRCLECI": "true", "CIRCLE_SHA1": commit, "BASH_ENV": path("env")]
    case .azure:
      [
        "TF_BUILD": "True", "BUILD_SOURCEVERSION": commit, "SYSTEM_COLLECTIONURI": "https://example.com/",
        "AGENT_TEMPDIRECTORY": folder.string,
      ]
    }
  }
}

/// A template's verify job, and the shallow clone with a detached head that it runs in.
struct TemplateJob {
  private struct Step: Decodable {
    var script: String
    var shell: [String]
    /// Whether it is run after a failure, too.
    var always: Bool
    var environment: [String: String]
  }

  let world: World
  let folder: FilePath
  let key: String?
  private let remote: String
  private let commit: String
  private let steps: [Step]
  private let system: CISystem

  /// Whether python3 can read YAML.
  static let canRead = access("/usr/lib/python3/dist-packages/yaml", F_OK) == 0

  /// Commits the greeter, changed or not, to a bare remote and clones it; packs Quench as a release.
  static func begin(
    on system: CISystem, isSigned: Bool, changing change: (World) throws -> Void = { _ in }
  ) async throws -> TemplateJob {
    let world = try World.current, root = world.root, remote = root.appending("remote.git").string
    try world.write("quench.yml", GreeterConfiguration().text)
    try change(world)
    let commit = try await world.commit("Change the greeter"), key = isSigned ? try await world.makeKey() : nil
    let folder = root.appending("job")
    try await world.git("clone", "--quiet", "--bare", ".", remote)
    try await world.git("clone", "--quiet", "--depth", "1", "file://\(remote)", folder.string)
    try await world.git("checkout", "--quiet", "--detach", in: folder)

    let release = "quench-1.0.0-linux-x86_64", archive = root.appending(release + ".tar.gz").string
    try world.write(
      root.appending(release).appending("bin").appending("quench").string,
      "#!/bin/sh\nexec '\(Product.executable)' \"$@\"\n", executable: true)
    try await world.tool("tar", "-czf", archive, "-C", root.string, release)
    let sum = try await world.tool("sha256sum", archive).prefix(64)

    var settings = ["QUENCH_URL": "file://\(archive)", "QUENCH_SHA256": String(sum)]
    settings["QUENCH_SIGNING_KEY"] = key
    let templates = Product.fixtures.removingLastComponent().appending("ci-templates").string
    let text = try await world.tool("python3", "-c", reader, system.rawValue, templates, environment: settings)
    return TemplateJob(
      world: world, folder: folder, key: key, remote: remote, commit: commit,
      steps: try JSONDecoder().decode([Step].self, from: Data(text.utf8)), system: system)
  }

  /// Whether the remote has evidence.
  var hasPushed: Bool {
    get async throws { try await !world.git("ls-remote", remote, "refs/notes/quench").isEmpty }
  }

  /// Runs the steps one after another; the status is that of the first that failed.
  func run() async throws -> (status: Int32, log: String) {
    let files = world.root.appending("ci")
    for name in ["env", "path", "output", "summary"] { try world.write(files.appending(name).string, "") }
    let variables = system.variables(commit: commit, folder: files)
    var status: Int32 = 0, log = "", added: [String] = []
    for step in steps where status == 0 || step.always {
      var environment = world.environment.merging(variables) { $1 }
      for line in try world.read(files.appending("env")).split(separator: "\n") where system == .github {
        let parts = line.split(separator: "=", maxSplits: 1)
        environment[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
      }
      environment.merge(step.environment) { $1 }
      let paths = try world.read(files.appending("path")).split(separator: "\n").map(String.init) + added
      environment["PATH"] = (paths.reversed() + [Product.searchPath]).joined(separator: ":")
      let outcome = try await Command(
        executable: .name(step.shell[0]), arguments: step.shell.dropFirst() + ["-c", step.script],
        environment: environment, folder: folder
      ).run()
      added += outcome.stdout.matches(of: #/##vso\[task\.prependpath\](.+)/#).map { String($0.1) }
      log += outcome.text
      if status == 0 { status = outcome.status }
    }
    return (status, log)
  }

  /// Takes the shell steps of a verify job out of a template, and fills in what the system itself would.
  private static let reader = #"""
    import json, os, re, sys, yaml

    system, templates = sys.argv[1:]
    settings = {name: value for name, value in os.environ.items() if name.startswith("QUENCH_")}

    def text(path):
        with open(f"{templates}/{path}") as file:
            return file.read()

    def step(script, shell, always=False, environment={}):
        texts = {name: str(value) for name, value in environment.items()}
        return {"script": script, "shell": shell.split(), "always": always, "environment": texts}

    def github():
        action = yaml.safe_load(text("github/action.yml"))
        uses = yaml.safe_load(text("github/verify.yml"))["jobs"]["verify"]["steps"]
        given = next(use["with"] for use in uses if use["uses"] == "./.github/actions/quench")
        # What the user writes into the action.
        given |= {"url": settings["QUENCH_URL"], "sha256": settings["QUENCH_SHA256"]}
        def found(context, name):
            if context == "inputs":
                return filled(given.get(name, action["inputs"][name].get("default")))
            return settings.get(name, "") if context == "secrets" else ""
        def evaluated(match):
            value = found(match[1], match[2])
            return str(value != "").lower() if match[3] else value
        def filled(text):
            return re.sub(r"\$\{\{ (\w+)\.([\w.-]+)( != '')? \}\}", evaluated, str(text))
        for each in action["runs"]["steps"]:
            if "run" in each:
                environment = {name: filled(value) for name, value in each.get("env", {}).items()}
                always = "cancelled()" in each.get("if", "")
                yield step(each["run"], "bash --noprofile --norc -eo pipefail", always, environment)

    def gitlab():
        file = yaml.safe_load(text("gitlab/.gitlab-ci.yml"))
        lines = file[".quench"]["before_script"] + file["verify"]["script"]
        yield step("\n".join(lines), "bash -eo pipefail", environment=file["variables"] | settings)

    def jenkins():
        source = text("jenkins/Jenkinsfile").split("stage('Bisect')")[0]
        environment = dict(re.findall(r"(QUENCH_\w+) = '(.*)'", source)) | settings
        # What comes after the verification comes after `catchError`.
        for number, script in enumerate(re.findall(r"sh '''(.*?)'''", source, re.DOTALL)):
            yield step(script, "sh -xe", number > 1, environment)

    def buildkite():
        file = yaml.safe_load(text("buildkite/pipeline.yml"))
        script = next(each["command"] for each in file["steps"] if each.get("key") == "verify")
        assert "$" not in script.replace("$$", ""), "the upload would replace it"
        yield step(script.replace("$$", "$"), "bash -e", environment=file["env"] | settings)

    def circleci():
        file = yaml.safe_load(text("circleci/config.yml"))
        environment = file["executors"]["quench"]["environment"] | settings
        for each in file["commands"]["prepare"]["steps"] + file["jobs"]["verify"]["steps"]:
            if "run" in each:
                run = each["run"]
                assert "<<" not in run["command"], "it would be taken for a parameter"
                yield step(run["command"], "bash -eo pipefail", run.get("when") == "always", environment)

    def azure():
        file = yaml.safe_load(text("azure/azure-pipelines.yml"))
        variables = {each["name"]: each["value"] for each in file["variables"] if "name" in each} | settings
        def filled(value):
            value = value.replace("$(System.AccessToken)", "")
            return re.sub(r"\$\((\w+)\)", lambda match: variables.get(match[1], match[0]), value)
        # A secret reaches only the steps that name it.
        plain = {name: value for name, value in variables.items() if name != "QUENCH_SIGNING_KEY"}
        for each in file["stages"][0]["jobs"][0]["steps"]:
            if "bash" in each:
                environment = plain | {name: filled(value) for name, value in each.get("env", {}).items()}
                always = "OrFailed" in each.get("condition", "")
                yield step(filled(each["bash"]), "bash --noprofile --norc", always, environment)

    print(json.dumps(list(globals()[system]())))
    """#
}
