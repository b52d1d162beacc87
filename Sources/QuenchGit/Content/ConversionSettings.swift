internal import Crypto
import Foundation
import QuenchDiagnostics

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// What outside a revision's tree decides how its files are converted for the working tree.
///
/// That is configuration, and the attribute files that belong to a machine or a clone and not to a revision
/// (gitattributes(5)).
struct ConversionSettings: Sendable {
  /// Whether files without a `.gitattributes` above them may be converted as well.
  let concernsEveryFile: Bool
  /// Whether nothing is set.
  let isDefault: Bool
  /// Equal for equal settings.
  let fingerprint: String

  init(_ handle: RepositoryHandle, _ configuration: Configuration?) {
    let convertsLineEndings = configuration?.isTrue("core.autocrlf") ?? false
    let environment = ProcessInfo.processInfo.environment
    let userFile =
      configuration?.path("core.attributesfile")
      ?? (environment["XDG_CONFIG_HOME"] ?? (environment["HOME"] ?? "/") + "/.config") + "/git/attributes"
    let files = [
      handle.commonDirectory.appending("info/attributes"), FilePath(userFile), FilePath("/etc/gitattributes"),
    ]
    let contents = files.map { (try? FileBytes.read($0)) ?? [] }
    concernsEveryFile = convertsLineEndings || contents.contains { !$0.isEmpty }
    let words = ["core.autocrlf", "core.eol"].map { configuration?[$0] ?? "" }
    isDefault = words.allSatisfy(\.isEmpty) && contents.allSatisfy(\.isEmpty)
    var digest = SHA256()
    for content in contents {
      // The length in front keeps one file's end apart from the next one's beginning.
      digest.update(data: Array("\(content.count):".utf8) + content)
    }
    fingerprint = words.joined(separator: ",") + "," + digest.finalize().hexadecimal
  }
}
