import Foundation

/// An answer to an HTTP request.
struct HTTPAnswer: Sendable {
  let status: Int
  /// Names are in lower case.
  let headers: [String: String]
  let body: String

  /// Which revision of the turncoat this is from.
  var revision: String? { try? JSONValue(document: body)["revision"].string }
  /// Which instance of the turncoat this is from.
  var instance: String? { try? JSONValue(document: body)["instance"].string }
}

/// Why a request had no answer.
struct NoAnswer: Error, CustomStringConvertible {
  let description: String
}

/// One connection on loopback that is kept alive; it blocks its thread.
struct KeepAliveConnection: ~Copyable {
  private static let secondsToWait = 20

  private let port: Int
  private var socket: Int32 = -1
  private var unread: [UInt8] = []

  init(port: Int) { self.port = port }

  deinit { if socket >= 0 { close(socket) } }

  /// Sends a request and waits for the whole answer; after a failure the next request gets a new connection.
  mutating func request(_ method: String, _ path: String) throws(NoAnswer) -> HTTPAnswer {
    let isNew = socket < 0
    do throws(NoAnswer) {
      if isNew { try connect() }
      try write(
        "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
          + (method == "POST" ? "Content-Length: 4\r\n\r\nbody" : "\r\n"))
      let answer = try readAnswer()
      if answer.headers["connection"]?.lowercased() == "close" { disconnect() }
      return answer
    } catch {
      disconnect()
      throw NoAnswer(description: "\(method) \(path) on a \(isNew ? "new" : "kept") connection: \(error)")
    }
  }

  private mutating func connect() throws(NoAnswer) {
    socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { throw lastError("socket") }
    var wait = timeval(tv_sec: Self.secondsToWait, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
    var address = LoopbackPort.address(port)
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Foundation.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw lastError("connect") }
  }

  private mutating func disconnect() {
    if socket >= 0 { close(socket) }
    socket = -1
    unread = []
  }

  private func lastError(_ call: String) -> NoAnswer {
    NoAnswer(description: "\(call): \(String(cString: strerror(errno)))")
  }

  private func write(_ text: String) throws(NoAnswer) {
    var bytes = Array(text.utf8)
    while !bytes.isEmpty {
      let sent = send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
      guard sent > 0 else { throw lastError("send") }
      bytes.removeFirst(sent)
    }
  }

  private mutating func readAnswer() throws(NoAnswer) -> HTTPAnswer {
    let lines = try readHead()
    guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }),
      lines[0].hasPrefix("HTTP/1.")
    else { throw NoAnswer(description: "this is no HTTP: \(lines)") }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { throw NoAnswer(description: "this is no header: \(line)") }
      headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    guard let length = headers["content-length"].flatMap({ Int($0) }) else {
      throw NoAnswer(description: "an answer without a length: \(lines)")
    }
    while unread.count < length { try receive() }
    let body = String(decoding: unread[..<length], as: UTF8.self)
    unread.removeFirst(length)
    return HTTPAnswer(status: status, headers: headers, body: body)
  }

  /// The status line and the headers.
  private mutating func readHead() throws(NoAnswer) -> [String] {
    let end = Array("\r\n\r\n".utf8)
    while true {
      if let range = unread.firstRange(of: end) {
        let head = String(decoding: unread[..<range.lowerBound], as: UTF8.self)
        unread.removeFirst(range.upperBound)
        return head.components(separatedBy: "\r\n")
      }
      try receive()
    }
  }

  private mutating func receive() throws(NoAnswer) {
    var chunk = [UInt8](repeating: 0, count: 16384)
    let count = recv(socket, &chunk, chunk.count, 0)
    if count == 0 { throw NoAnswer(description: "closed after \(unread.count) bytes of the answer") }
    guard count > 0 else { throw lastError("recv") }
    unread += chunk[..<count]
  }
}
