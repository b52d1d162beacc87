import NIOCore

/// What a request's next hop is told of where it came from.
struct RequestOrigin {
  /// The client's address.
  var client: String
  /// Whether the client speaks TLS.
  var isSecure: Bool
  /// Whether the client is of this machine: then what it says of its own client's host and scheme is passed on.
  var isLocal: Bool
  /// Where the client connected to, for a request without a Host.
  var listener: String
  /// Where ids come from when the request has none.
  var requestID: UInt64
  var trace: (UInt64, UInt64, UInt64)
}

extension RequestHead {
  /// Writes the head as the backend gets it: without what is for this hop alone, and with where it came from.
  ///
  /// Forwarded is RFC 7239, traceparent W3C Trace Context.
  func forward(
    _ bytes: UnsafeRawBufferPointer, _ fields: [HeadField], from origin: RequestOrigin, to buffer: inout ByteBuffer
  ) {
    let known = bytes.count * 4 + origin.client.utf8.count * 2 + origin.listener.utf8.count * 3 + 512
    buffer.writeHead(atMost: known) { writer in
      if isLineKept {
        writer.append(bytes.part(0..<lineEnd))
      } else {
        writer.append(bytes.part(0..<(methodEnd + 1)))
        if target.isEmpty || bytes[target.lowerBound] == UInt8(ascii: "?") { writer.append("/") }
        writer.append(bytes.part(target))
        writer.append(" HTTP/1.1\r\n")
      }
      writer.append(fields, of: bytes, from: lineEnd) { isForwarded($0, fields, bytes, origin) }
      if host == nil {
        writer.append("Host: ")
        writer.append(origin.listener)
        writer.append("\r\n")
      }
      appendHopFields(bytes, fields, to: &writer)
      appendOrigin(bytes, fields, origin, to: &writer)
      writer.append("\r\n")
    }
  }

  @inline(__always) private func isForwarded(
    _ field: HeadField, _ fields: [HeadField], _ bytes: UnsafeRawBufferPointer, _ origin: RequestOrigin
  ) -> Bool {
    switch field.kind {
    case .other, .host, .contentLength:
      return !namesFields || !ConnectionWords.name(field, among: fields, bytes)
    case .expect: return expectsContinue
    case .requestID: return field.value == requestID
    case .traceParent: return field.value == traceParent
    case .forwardedHost, .forwardedProto: return origin.isLocal
    case .transferEncoding, .connection, .keepAlive, .acceptedEncodings, .upgrade, .proxy, .forwarded, .forwardedFor,
      .http2Settings:
      return false
    }
  }

  @inline(__always) private func appendHopFields(
    _ bytes: UnsafeRawBufferPointer, _ fields: [HeadField], to writer: inout HeadWriter
  ) {
    if framing == .chunked { writer.append("Transfer-Encoding: chunked\r\n") }
    if isUpgrade {
      for field in fields where field.kind == .upgrade { writer.append(bytes.part(field.line)) }
      writer.append(wantsTrailers ? "Connection: upgrade, TE\r\n" : "Connection: upgrade\r\n")
    } else if wantsTrailers {
      writer.append("Connection: TE\r\n")
    }
    if wantsTrailers { writer.append("TE: trailers\r\n") }
  }

  @inline(__always) private func appendOrigin(
    _ bytes: UnsafeRawBufferPointer, _ fields: [HeadField], _ origin: RequestOrigin, to writer: inout HeadWriter
  ) {
    writer.append("X-Forwarded-For: ")
    if hasForwardedFor {
      for field in fields where field.kind == .forwardedFor && !field.value.isEmpty {
        writer.append(bytes.part(field.value))
        writer.append(", ")
      }
    }
    writer.append(origin.client)
    if !hasForwardedProto || !origin.isLocal {
      writer.append(origin.isSecure ? "\r\nX-Forwarded-Proto: https" : "\r\nX-Forwarded-Proto: http")
    }
    if !hasForwardedHost || !origin.isLocal {
      writer.append("\r\nX-Forwarded-Host: ")
      appendHost(bytes, origin, to: &writer)
    }
    writer.append("\r\nForwarded: ")
    if hasForwarded {
      for field in fields where field.kind == .forwarded && !field.value.isEmpty {
        writer.append(bytes.part(field.value))
        writer.append(", ")
      }
    }
    let isVersion6 = origin.client.utf8.contains(HeaderBytes.colon)
    writer.append(isVersion6 ? "for=\"[" : "for=")
    writer.append(origin.client)
    writer.append(isVersion6 ? "]\";host=\"" : ";host=\"")
    appendHost(bytes, origin, to: &writer)
    writer.append(origin.isSecure ? "\";proto=https\r\n" : "\";proto=http\r\n")
    if requestID == nil {
      writer.append("X-Request-Id: ")
      writer.append(hexadecimal: origin.requestID, digits: 16)
      writer.append("\r\n")
    }
    if traceParent == nil {
      writer.append("traceparent: 00-")
      writer.append(hexadecimal: origin.trace.0 | 1, digits: 16)
      writer.append(hexadecimal: origin.trace.1, digits: 16)
      writer.append("-")
      writer.append(hexadecimal: origin.trace.2 | 1, digits: 16)
      writer.append("-01\r\n")
    }
  }

  @inline(__always) private func appendHost(
    _ bytes: UnsafeRawBufferPointer, _ origin: RequestOrigin, to writer: inout HeadWriter
  ) {
    if let host { writer.append(bytes.part(host)) } else { writer.append(origin.listener) }
  }
}
