import SystemPackage

extension ServiceSurvey {
  /// A service in Python; nil where there is no Python file that could be one.
  init?(python folder: ServiceFolder) {
    let sources = folder.names.filter { $0.hasSuffix(".py") && !Self.isPythonTest($0) && $0 != "setup.py" }
    let programs = ["app.py", "main.py", "server.py", "service.py", "manage.py"]
    let others = sources.filter { $0 != "conftest.py" }
    let program =
      programs.first(where: sources.contains) ?? others.first { Self.listens(folder.text($0)) } ?? others.first
    guard let program else { return nil }
    self.init(
      name: folder.serviceName, outputs: Self.pythonOutputs(of: folder, sources: sources),
      run: program == "manage.py" ? "python3 manage.py runserver --noreload ${PORT}" : "python3 \(program)")
    if !programs.contains(program), sources.count > 1 { guesses.append("\(program) is taken for the service") }
    guesses.append(
      "service.outputs has the Python files that stand here now: add the other files that the service reads")
    for name in ["requirements.txt", "pyproject.toml", "Pipfile"] where folder.has(name) {
      guesses.append("what \(name) asks for has to be installed where Quench runs, or by service.build")
      break
    }
    addPythonTests(of: folder)
  }

  /// The Python files, packages and page folders at the top of the folder, tests left out.
  private static func pythonOutputs(of folder: ServiceFolder, sources: [String]) -> [String] {
    sources.filter { $0 != "conftest.py" }
      + folder.names.filter { name in
        ["templates", "static"].contains(name) && folder.hasFolder(name)
          || folder.has("\(name)/__init__.py") && !["tests", "test"].contains(name)
      }
  }

  /// Whether a program's text looks like that of a server rather than of one that calls it.
  private static func listens(_ text: String) -> Bool {
    [
      "serve_forever", "HTTPServer", "app.run", "uvicorn.run", "FastAPI(", "Flask(", ".listen(", "run_app(",
      "start_server",
    ]
    .contains { text.contains($0) }
  }

  private static func isPythonTest(_ name: String) -> Bool {
    name.hasSuffix(".py") && (name.hasPrefix("test") || name.hasSuffix("_test.py"))
  }

  /// Adds a suite only for tests that are there: `unittest` finds none and exits with 0.
  private mutating func addPythonTests(of folder: ServiceFolder) {
    let tests = folder.files { Self.isPythonTest($0.string) }
      .map { (file: $0, text: folder.text($0.string)) }
      .filter { $0.text.contains(/(?m)^\s*(async\s+)?def test/) }
    let unittests = tests.filter { test in
      test.text.contains("unittest") && test.file.lastComponent?.string.hasPrefix("test") == true
    }
    let configured =
      ["pytest.ini", "conftest.py", "tests/conftest.py", "test/conftest.py"].contains(where: folder.has)
      || folder.text("pyproject.toml").contains("[tool.pytest") || folder.text("setup.cfg").contains("[tool:pytest]")
      || folder.text("tox.ini").contains("[pytest]")
    if !tests.isEmpty, configured || unittests.count < tests.count {
      suites.append(Suite(name: "tests", command: "python3 -m pytest"))
      guesses.append("pytest has to be installed where Quench runs")
      return
    }
    // From a folder, tests in packages below it are found, and no others.
    var starts: [String] = []
    for test in unittests {
      var start = test.file.removingLastComponent()
      while !start.isEmpty, folder.has(start.appending("__init__.py").string) { start.removeLastComponent() }
      if !starts.contains(start.string) { starts.append(start.string) }
    }
    for start in starts.sorted() {
      suites.append(
        Suite(
          name: start.isEmpty ? "tests" : ServiceFolder.serviceName(start),
          command: "python3 -m unittest discover" + (start.isEmpty ? "" : " -s \(start.shellWord)")))
    }
  }
}
