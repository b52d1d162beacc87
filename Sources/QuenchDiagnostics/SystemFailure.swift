import Foundation

/// What the system said when a file operation of Foundation's failed.
public struct SystemFailure: Sendable, Hashable {
  /// The error number, as in `errno`.
  public let number: Int32

  /// Whether there was no room left, on the disk or for the user.
  public var isDiskFull: Bool { [ENOSPC, EDQUOT].contains(number) }

  /// The failure that an error comes down to; nil for an error that is no file operation's.
  public init?(_ error: any Error) {
    let error = error as NSError
    if error.domain == NSPOSIXErrorDomain {
      number = Int32(error.code)
    } else if let cause = error.userInfo[NSUnderlyingErrorKey] as? any Error, let below = SystemFailure(cause) {
      self = below
    } else if error.domain == NSCocoaErrorDomain, let known = Self.numbers[CocoaError.Code(rawValue: error.code)] {
      number = known
    } else {
      return nil
    }
  }

  private static let numbers: [CocoaError.Code: Int32] = [
    .fileNoSuchFile: ENOENT, .fileReadNoSuchFile: ENOENT, .fileReadNoPermission: EACCES,
    .fileWriteNoPermission: EACCES, .fileWriteFileExists: EEXIST, .fileWriteOutOfSpace: ENOSPC,
    .fileWriteVolumeReadOnly: EROFS, .fileReadInvalidFileName: ENAMETOOLONG, .fileWriteInvalidFileName: ENAMETOOLONG,
  ]
}
