import Foundation

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// What a slot holds, as `state.json` says it.
struct SlotState: Codable, Equatable {
  static let currentVersion = 1

  var version = currentVersion
  /// The commit whose files the slot holds.
  var revision: ObjectID?
  /// The tree of that commit.
  var tree: ObjectID?
  /// Names the boot of the machine that wrote the files: writes that were not flushed may be lost with it.
  var boot: String
  /// The ``ConversionSettings/fingerprint`` the files were converted with.
  var conversion: String
  /// The commits between which the slot is being moved; empty when it is at rest.
  ///
  /// A slot found moving was left by a run that was killed, and may hold files of any of these.
  var moving: [ObjectID] = []

  /// Reads `state.json`; nil when it is missing, torn or of another version.
  init?(reading folder: SlotFolder) {
    guard let bytes = folder.read(SlotFolder.stateName),
      let state = try? JSONDecoder().decode(SlotState.self, from: Data(bytes)), state.version == Self.currentVersion
    else { return nil }
    self = state
  }

  init(revision: ObjectID?, tree: ObjectID?, conversion: String, moving: [ObjectID] = []) {
    self.revision = revision
    self.tree = tree
    self.boot = Self.currentBoot
    self.conversion = conversion
    self.moving = moving
  }

  func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
  }

  /// Different after every start of the machine, where the kernel tells.
  static let currentBoot: String = {
    let bytes = (try? FileBytes.read("/proc/sys/kernel/random/boot_id")) ?? []
    return String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
  }()
}
