import Foundation
import QuenchConfiguration
import SystemPackage
import Testing

@testable import QuenchCommands

/// What `init` makes of folders: only tests that are there become suites, and what it writes is always read.
@Suite("Surveying a folder")
struct FolderSurveyTests {
  private static let unittest = "import unittest\nclass T(unittest.TestCase):\n    def test_it(self): pass\n"
  private static let pytest = "def test_it(): pass\n"

  /// A folder and what is to be found in it.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var files: [String: String]
    var programs: [String] = []
    var build: String?
    var outputs: [String]
    var run: String
    var suites: [String] = []
    var guess: String?
  }

  static let cases = [
    Case(
      testDescription: "Python without tests", files: ["app.py": "PORT = '--port'", "README": ""],
      outputs: ["app.py"], run: "python3 app.py --port ${PORT}", guess: "no tests"),
    Case(
      testDescription: "Python with an empty test file", files: ["app.py": "", "test_app.py": "import unittest\n"],
      outputs: ["app.py"], run: "python3 app.py", guess: "no tests"),
    Case(
      testDescription: "Python with unittest at the top", files: ["app.py": "", "test_app.py": unittest],
      outputs: ["app.py"], run: "python3 app.py", suites: ["python3 -m unittest discover"]),
    Case(
      testDescription: "Python with unittest in a folder",
      files: ["main.py": "", "lib/__init__.py": "", "tests/test_main.py": unittest],
      outputs: ["main.py", "lib"], run: "python3 main.py", suites: ["python3 -m unittest discover -s tests"]),
    Case(
      testDescription: "Python with unittest in a package",
      files: ["main.py": "", "tests/__init__.py": "", "tests/test_main.py": unittest],
      outputs: ["main.py"], run: "python3 main.py", suites: ["python3 -m unittest discover"]),
    Case(
      testDescription: "Python with pytest", files: ["app.py": "", "conftest.py": "", "tests/test_app.py": pytest],
      outputs: ["app.py"], run: "python3 app.py", suites: ["python3 -m pytest"], guess: "pytest"),
    Case(
      testDescription: "Django", files: ["manage.py": "", "shop/__init__.py": "", "requirements.txt": "django"],
      outputs: ["manage.py", "shop"], run: "python3 manage.py runserver --noreload ${PORT}", guess: "requirements.txt"),
    Case(
      testDescription: "Node without dependencies", files: ["package.json": "{}", "server.js": "env.PORT"],
      outputs: ["package.json", "server.js"], run: "node server.js", guess: "server.js is taken"),
    Case(
      testDescription: "Node with everything",
      files: [
        "package.json": """
        {"name": "@shop/orders", "scripts": {"start": "node src/main.js --quiet", "test": "node --test"},
         "dependencies": {"express": "^4"}}
        """, "package-lock.json": "{}", "src/main.js": "env.PORT", "views/index.html": "", "test/a.test.js": "",
        "eslint.config.js": "",
      ], build: "npm ci", outputs: ["package.json", "src", "views", "node_modules"], run: "node src/main.js --quiet",
      suites: ["npm ci --cache \"$TMPDIR/packages\" && npm test"], guess: "service.outputs"),
    Case(
      testDescription: "Node that is built, without a lock file",
      files: [
        "package.json": """
        {"main": "./dist/main.js", "devDependencies": {"typescript": "5"},
         "scripts": {"build": "tsc", "test": "echo \\"Error: no test specified\\" && exit 1"}}
        """, "src/main.ts": "env.PORT",
      ], build: "npm install && npm run build", outputs: ["package.json", "src", "dist"], run: "node dist/main.js",
      guess: "lock file"),
    Case(
      testDescription: "Node started through a shell",
      files: ["package.json": #"{"scripts": {"start": "A=1 node a.js && true"}}"#, "a.js": "'--port'"],
      outputs: ["a.js", "package.json"], run: "npm start -- --port ${PORT}"),
    Case(
      testDescription: "Node with a broken package.json", files: ["package.json": "{", "index.js": ""],
      outputs: ["index.js", "package.json"], run: "node index.js", guess: "cannot be read"),
    Case(
      testDescription: "Go with tests",
      files: [
        "go.mod": "module example.org/shop\n\ngo 1.22\n", "main.go": "package main\n",
        "main_test.go": "package main\nfunc TestIt(t *testing.T) {}\n",
      ], build: "go build -o bin/shop .", outputs: ["bin/shop"], run: "./shop", suites: ["go test -count=1 ./..."]),
    Case(
      testDescription: "Go with a program in a folder",
      files: ["go.mod": "module shop\n", "cmd/shopd/main.go": "package main\n", "shop.go": "package shop\n"],
      build: "go build -o bin/shopd ./cmd/shopd", outputs: ["bin/shopd"], run: "./shopd", guess: "no tests"),
    Case(
      testDescription: "Rust",
      files: [
        "Cargo.toml": "[package]\nname = \"shop\"\n[[bin]]\nname = \"shopd\"\n",
        "src/main.rs": "#[tokio::test]\nfn it() {}\n",
      ], build: "cargo build --release", outputs: ["target/release/shopd"], run: "./shopd", suites: ["cargo test"]),
    Case(
      testDescription: "An unknown kind", files: ["data.txt": ""], outputs: ["."], run: "./run.sh",
      guess: "nothing here says"),
    Case(
      testDescription: "Scripts alone", files: ["smoke.sh": "", "test.sh": "", "start.sh": "$PORT"],
      programs: ["smoke.sh", "test.sh", "start.sh"], outputs: ["."], run: "./start.sh",
      suites: ["./smoke.sh", "./test.sh"]),
    Case(
      testDescription: "A script that cannot be executed", files: ["smoke.sh": ""], outputs: ["."], run: "./run.sh",
      guess: "chmod +x smoke.sh"),
    Case(
      testDescription: "A Makefile", files: ["Makefile": "all:\n\ttrue\ntest: all\n\ttrue\n"], outputs: ["."],
      run: "./run.sh", suites: ["make test"]),
    Case(
      testDescription: "A Makefile with a variable", files: ["Makefile": "test := 1\n"], outputs: ["."],
      run: "./run.sh", guess: "no tests"),
    Case(
      testDescription: "Names alike", files: ["main.py": "", "test_a.py": unittest, "tests/test_b.py": unittest],
      outputs: ["main.py"], run: "python3 main.py",
      suites: ["python3 -m unittest discover", "python3 -m unittest discover -s tests"]),
  ]

  @Test("Each kind is described, and its file is read", arguments: cases)
  func kinds(_ folder: Case) throws {
    let root = FilePath(NSTemporaryDirectory()).appending("quench-survey-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(atPath: root.string) }
    let place = root.appending("My Service")
    try FileManager.default.createDirectory(atPath: place.string, withIntermediateDirectories: true)
    for (name, text) in folder.files {
      let file = place.pushing(FilePath(name))
      try FileManager.default.createDirectory(
        atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(filePath: file.string))
      if folder.programs.contains(name) { chmod(file.string, 0o755) }
    }
    var survey = FolderSurvey(folder: place).survey()
    survey.addScripts(of: ServiceFolder(place))
    survey.nameSuitesApart()
    #expect(survey.build == folder.build)
    #expect(survey.outputs.sorted() == folder.outputs.sorted())
    #expect(survey.run == folder.run)
    #expect(survey.suites.map(\.command) == folder.suites)
    if let guess = folder.guess { #expect(survey.guesses.contains { $0.contains(guess) }, "\(survey.guesses)") }
    try expectRead(survey)
    survey.place(in: "apps/my service")
    try expectRead(survey)
    #expect(survey.build.map { $0.hasPrefix("cd 'apps/my service' && ") } ?? true)
    #expect(survey.outputs.allSatisfy { $0.hasPrefix("apps/my service") })
  }

  private func expectRead(_ survey: ServiceSurvey) throws {
    let draft = ConfigurationDraft(survey)
    let text = QuenchYAML.text(of: draft)
    #expect(try Configuration.read(yaml: text, file: "quench.yml") == draft.configuration, "\(text)")
    #expect(text.contains("# suites:") == survey.suites.isEmpty)
  }

  @Test("Suites of targets whose names are alike have names of their own")
  func namesApart() throws {
    var survey = ServiceSurvey(name: "a", outputs: ["a"], run: "./a")
    survey.suites = ["APITests", "ApiTests", "_Tests", "Tests"].map {
      ServiceSurvey.Suite(name: SwiftPackageSurvey.suiteName($0), filter: "\($0)\\.")
    }
    survey.nameSuitesApart()
    #expect(Set(survey.suites.map(\.name)).count == 4)
    try expectRead(survey)
  }
}
