import ArgumentParser
import Foundation
import QuenchBuild
import QuenchConfiguration
import QuenchEvidence
import QuenchGit
import QuenchVerification
import SystemPackage

extension BuildStatement {
  /// States how a build was made; nil for one that was not made now, of which others know more.
  ///
  /// - Parameter service: what it was made by.
  init?(_ build: Build, of service: ServiceConfiguration) {
    guard !build.cached, let log = build.log else { return nil }
    let recipe = QuenchBuild.Recipe(service)
    let printed = try? Data(contentsOf: URL(filePath: log.string), options: .mappedIfSafe)
    self.init(
      service: build.service, revision: build.revision.description, tree: build.tree.description,
      key: build.key.description, digest: build.digest.description,
      recipe: BuildStatement.Recipe(
        command: recipe.command, outputs: recipe.outputs, paths: recipe.paths, secrets: recipe.secretNames,
        mode: build.mode.rawValue),
      platform: build.platform.description, toolchain: build.toolchain, isolation: build.isolation,
      builderVersion: QuenchCommand.configuration.version, invocation: UUID().uuidString.lowercased(),
      logDigest: printed.map(Envelope.digest(of:)))
  }
}
