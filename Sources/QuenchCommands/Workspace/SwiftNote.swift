import Foundation
import QuenchState
import SystemPackage

/// Which `swift` builds and runs the tests of packages here, and since when.
///
/// A verdict on such tests says nothing of what another `swift` makes of them, and the build key holds the toolchain only
/// of a service that is built with it.
struct SwiftNote: Codable, Equatable {
  /// What it says of its version.
  var version: String
  /// When it was first seen, after another or none.
  var since: Date

  /// Notes the present version in a state folder, and answers since when it is that.
  static func note(_ version: String, in state: StateDirectory, now: Date = Date()) -> SwiftNote {
    let file = URL(filePath: state.root.appending("swift.json").string)
    let known = (try? Data(contentsOf: file)).flatMap { try? JSONDecoder().decode(SwiftNote.self, from: $0) }
    if let known, known.version == version { return known }
    // Where there was no note, nothing says that it ever was another.
    let note = SwiftNote(version: version, since: known == nil ? .distantPast : now)
    if let data = try? JSONEncoder().encode(note) { try? data.write(to: file, options: .atomic) }
    return note
  }
}
