import Foundation

/// Where a listener is bound: a host and a port, written `host:port` or `[v6-address]:port`.
public struct ListenerAddress: Sendable, Hashable, CustomStringConvertible {
  /// A host name, an IPv4 address or an IPv6 address without brackets.
  public var host: String
  /// The port, 0 to 65535; 0 lets the system choose.
  public var port: Int

  /// An address from its parts, which are taken as they are.
  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// The address as it is written in `quench.yml`.
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// Whether binding both at once must fail or be ambiguous: the same port on the same or every interface.
  public func overlaps(_ other: ListenerAddress) -> Bool {
    guard port == other.port, port != 0 else { return false }
    let hosts = [host.lowercased(), other.host.lowercased()].map { $0 == "localhost" ? "127.0.0.1" : $0 }
    return hosts[0] == hosts[1] || hosts.contains { ["0.0.0.0", "::", "*"].contains($0) }
  }
}

extension ListenerAddress {
  /// Why a text is no address, and the nearest one when there is one.
  struct Refusal: Error, Equatable {
    /// The reason, to follow the quoted text in a message.
    var reason: String
    /// What was probably meant.
    var suggestion: String?
  }

  /// Reads `host:port`; an IPv6 address stands in brackets (RFC 3986, section 3.2.2).
  init(parsing text: String) throws(Refusal) {
    guard let colon = text.lastIndex(of: ":") else {
      let isPort = !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber }
      throw Refusal(reason: "has no port", suggestion: isPort ? "127.0.0.1:\(text)" : nil)
    }
    let digits = text[text.index(after: colon)...]
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else {
      throw Refusal(reason: "has no number for a port")
    }
    guard let port = Int(digits), port <= 65535 else { throw Refusal(reason: "has a port above 65535") }
    var host = String(text[..<colon])
    guard !host.isEmpty else { throw Refusal(reason: "has no host", suggestion: "127.0.0.1:\(port)") }
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
      guard Self.isIPv6(host) else { throw Refusal(reason: "has no IPv6 address in its brackets") }
    } else if host.contains(":") {
      let bracketed = Self.isIPv6(host) ? "[\(host)]:\(port)" : nil
      throw Refusal(reason: "has more than one colon; an IPv6 address stands in brackets", suggestion: bracketed)
    } else if !Self.isHostName(host) {
      throw Refusal(reason: "has no valid host")
    }
    self.init(host: host, port: port)
  }

  private static func isIPv6(_ text: String) -> Bool {
    var address = in6_addr()
    return inet_pton(AF_INET6, text, &address) == 1
  }

  /// Whether every label is one of RFC 1123, and an all-numeric name is a whole IPv4 address.
  private static func isHostName(_ text: String) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    if labels.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }) {
      var address = in_addr()
      return inet_pton(AF_INET, text, &address) == 1
    }
    return text.utf8.count <= 253
      && labels.allSatisfy { label in
        !label.isEmpty && label.utf8.count <= 63 && !label.hasPrefix("-") && !label.hasSuffix("-")
          && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
      }
  }
}
