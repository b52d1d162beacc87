import ArgumentParser

/// `quench hot`.
struct HotCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hot",
    abstract: "Deploy, start, stop, roll back or show the kept hot set.",
    discussion: """
      A kept hot set stays up between commands. While it is there, `quench verify` rolls it to the revision under \
      test and back to its baseline afterwards.

      EXAMPLES
        quench hot deploy main   build and start main, retain what was there
        quench hot rollback      back to what was there before, at once
        quench hot status --format json
      """,
    subcommands: [
      HotDeployCommand.self, HotStartCommand.self, HotStopCommand.self, HotRollbackCommand.self, HotStatusCommand.self,
      HotReadyCommand.self,
    ])
}
