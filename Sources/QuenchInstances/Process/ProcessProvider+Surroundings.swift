import Foundation
import QuenchConfiguration
import QuenchProcesses
import QuenchState
import SystemPackage

/// What the processes of an instance are given: their files, their environment, and what they may touch.
extension ProcessProvider {
  func layout(of description: InstanceDescription) -> InstanceLayout {
    InstanceLayout(
      instance: description.instance, service: description.service, store: store,
      standingData: description.standingData(in: state))
  }

  func hooks(for description: InstanceDescription, secrets: [String: String]) -> ServiceHooks {
    let folder = description.instance.folder
    let exports = description.dependencies.reduce(into: description.exports) { $0.merge($1.exports) { $1 } }
    // The data folder is inside the artifact's when it has a name; by itself it could have become a link to elsewhere.
    let own = description.service.data == nil ? [folder.data(named: nil)] : []
    let standing = description.standingData(in: state)
    let data = standing.map { [$0] } ?? own
    return ServiceHooks(
      launcher: launcher, instance: description.instance,
      environment: ServiceEnvironment.variables(
        of: description.instance, service: description.service, exports: exports, secrets: secrets,
        temporary: description.temporaryOfService, data: standing ?? folder.data(named: description.service.data),
        owner: description.owner ?? ProcessOwner.kept(in: state).text),
      confinement: Confinement(
        writable: [folder.artifact, description.temporaryOfService] + data,
        // A data-restore command reads the snapshot; a dependency may have a certificate or a file of its own to offer.
        readable: [folder.snapshot, folder.dependencies]
          + (description.instance.shared.map { [$0.dependencies] } ?? []),
        denied: description.denied.map { FilePath($0) }),
      secretNames: description.service.secrets + ServiceEnvironment.secretNames(in: exports))
  }

  func starter(for description: InstanceDescription) -> DependencyStarter {
    DependencyStarter(
      launcher: launcher, denied: description.denied.map { FilePath($0) },
      lifeline: description.owner == nil ? nil : lifeline,
      environment: ProcessEnvironment.allowed(
        temporaryDirectory: description.temporaryOfDependencies,
        adding: [
          "QUENCH_INSTANCE_ID": description.instance.id, "QUENCH_REVISION": description.instance.revision,
          ProcessTable.ownerVariable: description.owner ?? ProcessOwner.kept(in: state).text,
        ]),
      temporary: description.temporaryOfDependencies, workingDirectory: description.instance.folder.artifact,
      user: description.instance.id)
  }

  func probe(_ health: HealthConfiguration, hooks: ServiceHooks) -> any HealthProbe {
    switch health.probe {
    case .http(let path): HTTPProbe(path: path)
    case .tcp: TCPProbe()
    case .grpc(let service): GRPCProbe(service: service ?? "")
    case .command(let command):
      CommandProbe(launcher: launcher, launch: hooks.launch(command), log: hooks.instance.folder.log(of: "health"))
    }
  }
}
