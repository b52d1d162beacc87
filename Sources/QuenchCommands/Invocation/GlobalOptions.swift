import ArgumentParser
import Foundation
import SystemPackage

/// The options that every command takes, after its name and before any `--`.
struct GlobalOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The git repository, or a folder in it.", valueName: "path"))
  var repository: String = "."

  @Option(
    help: ArgumentHelp(
      """
      This host's quench.yml, instead of the nearest one. The suites and sets are read from it; `service` comes from the \
      file of the same path in the revision. What Quench keeps is in .quench beside it, or where the environment variable \
      QUENCH_HOME says.
      """, valueName: "file"))
  var config: String?

  @Option(help: "Whether the result is text for people or one JSON document.")
  var format: Console.Format = .text

  @Flag(name: .shortAndLong, help: "Say only the result.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Say every step, and what the commands print.")
  var verbose = false

  /// Where the repository is looked for, upwards from there.
  var folder: FilePath {
    FilePath(FileManager.default.currentDirectoryPath).pushing(FilePath(repository)).lexicallyNormalized()
  }

  var console: Console {
    Console(format: format, verbosity: quiet ? .quiet : verbose ? .verbose : .normal)
  }

  func validate() throws {
    if quiet && verbose { throw ValidationError("--quiet and --verbose exclude each other.") }
  }
}

extension Console.Format: ExpressibleByArgument {}
