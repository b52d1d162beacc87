import Foundation

/// A listener's certificate as its files change: the one in use, and why a newer one is not.
struct CertificateTrack: Sendable {
  /// What a look at the files has brought.
  enum Change: Sendable {
    /// Another certificate is in use, or the files hold the one in use again.
    case loaded
    /// The files changed, and cannot be used.
    case refused
  }

  /// How often files are looked at.
  static let interval: Duration = .seconds(2)

  /// The certificate in use.
  private(set) var current: ServerCertificate
  /// Why the files as they are now are not in use; nil when they are.
  private(set) var refusal: CertificateFault?
  private var seen: FileStamps
  private var suspect: FileStamps?

  /// Reads a certificate for the first time.
  ///
  /// One that has expired is used all the same: a service that clients can be made to reach is better than none.
  init(_ files: Listener.Certificate) throws(CertificateFault) {
    seen = FileStamps(files)
    current = try ServerCertificate(files)
  }

  /// Reads the files if they have changed.
  ///
  /// - Parameter isPatient: whether files that cannot be used are looked at a second time before that is said, because
  ///   whoever replaces them does so one after the other.
  mutating func refresh(isPatient: Bool) -> Change? {
    let stamps = FileStamps(current.files)
    guard stamps != seen else { return nil }
    do throws(CertificateFault) {
      let new = try ServerCertificate(current.files)
      if new.isExpired, !current.isExpired { throw CertificateFault(.chain, new.files, "has expired") }
      let isOther = !new.isSame(as: current) || refusal != nil
      self = CertificateTrack(current: new, seen: stamps)
      return isOther ? .loaded : nil
    } catch {
      if isPatient, suspect != stamps {
        suspect = stamps
        return nil
      }
      seen = stamps
      let isOther = refusal != error
      refusal = error
      return isOther ? .refused : nil
    }
  }

  private init(current: ServerCertificate, seen: FileStamps) {
    self.current = current
    self.seen = seen
  }
}

/// Which files two paths lead to, and when those were written last: all that a replacement changes.
private struct FileStamps: Sendable, Equatable {
  private struct Stamp: Equatable {
    var device: UInt64
    var inode: UInt64
    var size: Int64
    var modified: [Int]

    /// Of what the path leads to, through links; nil when that is nothing.
    init?(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      device = UInt64(status.st_dev)
      inode = UInt64(status.st_ino)
      size = Int64(status.st_size)
      #if canImport(Darwin)
        let times = [status.st_mtimespec, status.st_ctimespec]
      #else
        let times = [status.st_mtim, status.st_ctim]
      #endif
      modified = times.flatMap { [Int($0.tv_sec), Int($0.tv_nsec)] }
    }
  }

  private let chain: Stamp?
  private let key: Stamp?

  init(_ files: Listener.Certificate) {
    chain = Stamp(files.chain)
    key = Stamp(files.key)
  }
}
