extension ServiceSurvey {
  /// Adds the suites that a folder's scripts are, whatever the service is written in, and says when there are none.
  mutating func addScripts(of folder: ServiceFolder) {
    let hasTests = !suites.isEmpty
    for script in ["smoke.sh", "test.sh"] {
      if folder.hasProgram(script) {
        add(Suite(name: String(script.dropLast(3)), command: "./\(script)"))
      } else if folder.has(script) {
        guesses.append("\(script) is no suite, for it cannot be executed: chmod +x \(script)")
      }
    }
    // Where the language's own tests are known, `make test` is mostly another name for them.
    let makefile = ["GNUmakefile", "makefile", "Makefile"].first(where: folder.has)
    if !hasTests, !folder.hasProgram("test.sh"), let makefile, folder.text(makefile).contains(/(?m)^test\s*:(?!=)/) {
      add(Suite(name: "test", command: "make test"))
    }
    if suites.isEmpty {
      guesses.append("no tests were found: `suites` is commented out, for you to fill in")
    }
  }

  /// Gives each suite a name of its own.
  mutating func nameSuitesApart() {
    var names: Set<String> = []
    for index in suites.indices {
      let name = suites[index].name
      var number = 1
      while !names.insert(suites[index].name).inserted {
        number += 1
        suites[index].name = "\(name)-\(number)"
      }
    }
  }

  private mutating func add(_ suite: Suite) { suites.append(suite) }
}
