import ArgumentParser

/// `quench keys`.
struct KeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Make the keys that evidence is signed and checked with.",
    discussion: """
      The private key stays with whoever verifies, such as a secret of the CI system. The public one is committed, and \
      named under `gate.signers` in quench.yml or with `--signer`.

      EXAMPLES
        quench keys new ~/.config/quench/ci.pem
        QUENCH_SIGNING_KEY=~/.config/quench/ci.pem quench verify
        QUENCH_SIGNING_KEY="$(cat ci.pem)" quench verify   the key itself
      """,
    subcommands: [KeysNewCommand.self])
}
