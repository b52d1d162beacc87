import QuenchProcesses

/// The configuration of one listener: how its requests are read, what they are told on their way, and which pool they
/// go to.
struct FrontendText {
  let text: String

  init(_ front: HAProxyLayout.Front, in table: RoutingTable, isLogged: Bool) {
    let listener = front.listener
    let peers = table.listeners.count { $0.trafficClass == listener.trafficClass }
    let share = listener.trafficClass.share(of: table.limits.connections)
    var lines = [
      "frontend \(listener.id)", "mode \(listener.transport.rawValue)", "maxconn \(max(1, share / peers))",
      "bind \(listener.host.contains(":") ? "[\(listener.host)]" : listener.host):\(front.port)"
        + (front.certificate.map { " " + Self.security($0, listener.transport) } ?? ""),
    ]
    if isLogged {
      lines += ["log global", "log-format '\(Self.logFormat(listener))'"]
      // Without it, a handshake that fails is a line of another form.
      if front.certificate != nil {
        lines.append("error-log-format '\(Self.logStart(listener)),\"handshake\":\"failed\"}'")
      }
    }
    if listener.transport == .http {
      lines += Self.reading + [Self.awaitingBody(table)] + Self.origin(listener) + Self.counting
    }
    lines += Self.choosing(front)
    text = HAProxyConfiguration.section(lines)
  }

  /// TLS 1.2 and 1.3 with forward secrecy, and no protocol but HTTP/1.1; what is passed on as bytes may be any.
  private static func security(_ file: String, _ transport: Listener.Transport) -> String {
    "ssl crt \(file) ssl-min-ver TLSv1.2 ciphers ECDHE+AESGCM:ECDHE+CHACHA20"
      + (transport == .http ? " alpn http/1.1" : "")
  }

  /// What is refused before anything else.
  private static let reading = [
    "option disable-h2-upgrade",
    "http-request set-var(txn.start) date(0,us)",
    // What could be read in two ways is refused, and the connection closed.
    "http-request set-var(txn.refused) int(405) if { method CONNECT }",
    "http-request set-var(txn.refused) int(400) unless { req.ver 1.0 1.1 }",
    "http-request set-var(txn.refused) int(400) if { req.hdr_cnt(host) gt 1 } || HTTP_1.1 !{ req.hdr(host) -m found } "
      + "|| { req.hdr(host) -m sub / ? @ \\\" \\\\ } || { req.hdrs -m reg \\\\x00 }",
    "http-request deny deny_status 405 if { var(txn.refused) -m int 405 }",
    "http-request deny deny_status 400 if { var(txn.refused) -m int 400 }",
    "http-after-response set-header Connection close if { var(txn.refused) -m found }",
    // An upgrade to cleartext HTTP/2 would take the connection out of sight.
    "http-request del-header Upgrade if { req.hdr(Upgrade) -m str -i h2c }",
    "http-request del-header HTTP2-Settings",
    "http-request del-header Proxy",
    "http-request del-header Proxy-Authorization",
    "http-request del-header Keep-Alive",
    "http-response del-header Keep-Alive",
    "http-response del-header Proxy-Authenticate",
  ]

  /// A small body whose length is known is waited for: once a request has gone out HAProxy waits for the service alone, as
  /// long as it takes, although it is the client that does not go on.
  private static func awaitingBody(_ table: RoutingTable) -> String {
    "http-request wait-for-body time \(table.timeouts.bodyIdle.milliseconds)ms if { req.hdr(Content-Length) -m found } "
      + "{ req.body_size le \(table.limits.headBytes / 2) } !{ req.hdr(Expect) -m found }"
  }

  /// What the next hop is told of where a request came from: Forwarded is RFC 7239, traceparent W3C Trace Context.
  private static func origin(_ listener: Listener) -> [String] {
    let scheme = listener.certificate == nil ? "http" : "https"
    let isStranger = "unless { src 127.0.0.0/8 ::1 } { req.hdr(X-Forwarded-"
    // Decimal digits are hexadecimal ones too, and cost least.
    let nine = "%[rand(900000000),add(100000000)]", seven = "%[rand(9000000),add(1000000)]"
    return [
      "option forwardfor",
      "http-request set-header X-Forwarded-Proto \(scheme) \(isStranger)Proto) -m found }",
      "http-request set-header X-Forwarded-Host %[req.hdr(host)] \(isStranger)Host) -m found }",
      "http-request add-header Forwarded \"for=%[src];host=\\\"%[req.hdr(host)]\\\";proto=\(scheme)\" "
        + "if { src 0.0.0.0/0 }",
      "http-request add-header Forwarded \"for=\\\"[%[src]]\\\";host=\\\"%[req.hdr(host)]\\\";proto=\(scheme)\" "
        + "unless { src 0.0.0.0/0 }",
      "http-request set-header X-Request-Id \(nine)\(seven) unless { req.hdr(X-Request-Id) -m found }",
      "http-request set-header traceparent 00-\(nine)\(nine)\(seven)\(seven)-\(nine)\(seven)-01 "
        + "unless { req.hdr(traceparent) -m found }",
      "http-request set-var(txn.request) req.hdr(X-Request-Id)",
    ]
  }

  /// Each answer is counted by the server that gave it, its class of status, and how long it took.
  private static let counting = [
    "http-response set-var(txn.server) srv_name",
    "http-response set-var(txn.class) status,div(100)",
    "http-response set-var(txn.bucket) date(0,us),sub(txn.start),map_int(\(HAProxyConfiguration.bucketMap))",
    "http-response track-sc1 fe_name,concat(/,txn.server,/),concat(,txn.class,/),concat(,txn.bucket) "
      + "table \(AnswerCounters.table)",
    "http-response sc-inc-gpc0(1)",
  ]

  private static func choosing(_ front: HAProxyLayout.Front) -> [String] {
    let rules = front.listener.transport == .http ? "http-request" : "tcp-request content"
    var lines: [String] = [], choices: [String] = []
    for chain in front.chains {
      let isFor: String
      switch (chain.lane, front.chains.count) {
      case (.all, 2): isFor = " !{ method GET HEAD OPTIONS TRACE }"
      case (.safe, _): isFor = " { method GET HEAD OPTIONS TRACE }"
      default: isFor = ""
      }
      var isTracked = false
      for (number, step) in chain.steps.enumerated() {
        guard let count = step.count else {
          choices.append("use_backend \(step.pool) if { nbsrv(\(step.pool)) ge 1 }\(isFor)")
          continue
        }
        let isMet =
          step.need.map { "nbsrv(\(count)),sub(\($0.name)) ge 0" } ?? "nbsrv(\(count)) ge 1"
        var condition = "{ \(isMet) }"
        if step.ramp > .zero, !isTracked {
          isTracked = true
          let left = "txn.ramp_\(chain.lane.rawValue)_\(number)"
          lines += [
            "\(rules) track-sc0 int(1) table \(count) if !{ \(isMet) }\(isFor)",
            "\(rules) set-var(\(left)) int(1),table_expire(\(count),0)",
            "\(rules) set-var(txn.dice) rand(\(step.ramp.milliseconds))",
          ]
          condition += " { var(txn.dice),sub(\(left)) ge 0 }"
        }
        choices.append("use_backend \(step.pool) if \(condition)\(isFor)")
      }
      if let first = chain.steps.first, first.count != nil {
        choices.append("use_backend \(first.pool) if { nbsrv(\(first.pool)) ge 1 }\(isFor)")
      }
    }
    return lines + choices + ["default_backend \(front.open ?? front.listener.id + ":none")"]
  }

  /// One line of JSON for each request, or connection of transport `tcp`; HAProxy itself masks what would break it.
  private static func logFormat(_ listener: Listener) -> String {
    let isHTTP = listener.transport == .http
    let server = ["tier", "instance", "revision"].enumerated().map {
      "\"\($1)\":\"%[srv_name,field(\($0 + 1),:)]\""
    }
    return
      ([logStart(listener)] + server
      + [
        isHTTP ? "\"method\":\"%HM\",\"path\":\"%HPO\",\"status\":%ST" : "\"method\":\"\",\"path\":\"\",\"status\":0",
        "\"bytes\":%B,\"milliseconds\":\(isHTTP ? "%Ta" : "%Tt")",
        "\"tls\":\(listener.certificate != nil)", "\"request_id\":\"%[var(txn.request),json(ascii)]\"}",
      ]).joined(separator: ",")
  }

  private static func logStart(_ listener: Listener) -> String {
    "{\"time\":\"%[date,utime(%Y-%m-%dT%H:%M:%SZ)]\",\"class\":\"\(listener.trafficClass.rawValue)\""
  }
}
