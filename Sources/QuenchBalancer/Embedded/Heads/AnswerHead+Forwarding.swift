import NIOCore

extension AnswerHead {
  /// What becomes of the client's connection after an answer, as its head has to say it.
  enum Persistence {
    /// It is kept, which HTTP/1.1 does not have to say.
    case kept
    /// It is kept, for a client of HTTP/1.0 that asked for it.
    case keptByWord
    /// It is closed.
    case closed
    /// It goes on in another protocol.
    case upgraded
  }

  /// Writes the head as the client gets it: without what was for the hop to the backend.
  ///
  /// - Parameter isUnchunked: whether the client cannot read chunks and gets the body without them.
  func forward(
    _ bytes: UnsafeRawBufferPointer, _ fields: [HeadField], _ persistence: Persistence, isUnchunked: Bool,
    to buffer: inout ByteBuffer
  ) {
    buffer.writeHead(atMost: bytes.count + 96) { writer in
      if isVersion10 {
        writer.append("HTTP/1.1")
        writer.append(bytes.part(8..<lineEnd))
      } else {
        writer.append(bytes.part(0..<lineEnd))
      }
      writer.append(fields, of: bytes, from: lineEnd) { field in
        switch field.kind {
        case .connection, .keepAlive, .transferEncoding, .proxy: return false
        case .upgrade: return persistence == .upgraded
        default: return !namesFields || !ConnectionWords.name(field, among: fields, bytes)
        }
      }
      if isChunked, !isUnchunked { writer.append("Transfer-Encoding: chunked\r\n") }
      switch persistence {
      case .kept: writer.append("\r\n")
      case .keptByWord: writer.append("Connection: keep-alive\r\n\r\n")
      case .closed: writer.append("Connection: close\r\n\r\n")
      case .upgraded: writer.append("Connection: upgrade\r\n\r\n")
      }
    }
  }
}
