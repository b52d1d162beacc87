import QuenchDiagnostics
import SystemPackage

extension ServiceSurvey {
  /// Has the survey say the same of a service that stands in a folder of its repository: outputs, the build's command and
  /// the suites' all start from the repository's root.
  mutating func place(in folder: FilePath) {
    guard let last = folder.lastComponent?.string else { return }
    let change = "cd \(folder.string.shellWord) && "
    build = build.map { change + $0 }
    if outputs == ["."] {
      // The whole folder is one output then, and lands under its own name.
      outputs = [folder.string]
      run = "cd \(last.shellWord) && exec \(run)"
    } else {
      outputs = outputs.map { folder.pushing(FilePath($0)).string }
    }
    for index in suites.indices {
      if let command = suites[index].command {
        suites[index].command = change + command
      } else {
        suites[index].package = folder.string
      }
    }
  }
}

extension String {
  /// The text as one word of a shell command.
  var shellWord: String {
    allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-/".contains($0)) }
      ? self : "'" + escapingScalars { $0 == "'" ? "'\\''" : nil } + "'"
  }
}
