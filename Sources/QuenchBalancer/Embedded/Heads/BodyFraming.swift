/// How the end of a message's body is told (RFC 9112 §6).
enum BodyFraming: Equatable {
  /// There is none.
  case none
  /// It is so many bytes long.
  case length(Int)
  /// It comes in chunks, the last of which is empty.
  case chunked
  /// It ends with the connection; answers only.
  case untilClose
}

/// What the fields of a head say about its body, gathered field by field.
struct FramingFields {
  private(set) var length: Int?
  private(set) var isChunked = false

  enum Fault: Error {
    /// More than one length, or none that is a number.
    case length
    /// An encoding that is not `chunked`, or twice.
    case encoding
    /// An encoding that this proxy does not know, with `chunked` at its end.
    case unknownEncoding
  }

  mutating func add(length value: UnsafeRawBufferPointer) throws(Fault) {
    guard length == nil, let number = HeaderBytes.number(value) else { throw .length }
    length = number
  }

  mutating func add(encoding value: UnsafeRawBufferPointer) throws(Fault) {
    guard !isChunked else { throw .encoding }
    guard !HeaderBytes.isEqual(value, "chunked") else {
      isChunked = true
      return
    }
    var words = 0, chunked = 0, isLast = false
    HeaderBytes.forEachWord(in: value) { word in
      words += 1
      isLast = HeaderBytes.isEqual(word, "chunked")
      if isLast { chunked += 1 }
    }
    throw isLast && chunked == 1 && words > 1 ? .unknownEncoding : .encoding
  }
}
