import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

extension HotInstance {
  /// What the service answered.
  public struct Answer: Sendable {
    /// The status code.
    public let status: Int
    /// The fields, by their names in lower case.
    public let fields: [String: String]
    /// The content.
    public let body: Data

    /// The content as text; what is not UTF-8 in it is replaced.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The content as JSON.
    ///
    /// - Throws: `DecodingError`.
    public func json<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
      try JSONDecoder().decode(type, from: body)
    }
  }

  /// Asks with GET.
  ///
  /// - Parameter path: the path, with its query.
  /// - Throws: `HotInstanceError` with code `noAnswer`.
  public func get(_ path: String) async throws(HotInstanceError) -> Answer { try await send("GET", path) }

  /// Asks with a JSON content.
  ///
  /// - Throws: as ``send(_:_:fields:body:)``; `EncodingError`.
  public func send(
    _ method: String, _ path: String, fields: [String: String] = [:], json: some Encodable
  ) async throws -> Answer {
    let body = try JSONEncoder().encode(json)
    return try await send(
      method, path, fields: fields.merging(["Content-Type": "application/json"]) { own, _ in own }, body: body)
  }

  /// Asks the service, and gives what it answers, whatever the status; redirections are not followed.
  ///
  /// - Parameters:
  ///   - method: such as `POST`.
  ///   - path: the path, with its query.
  ///   - fields: the fields of the request.
  ///   - body: its content.
  /// - Throws: `HotInstanceError` with code `noAnswer`, after 60 seconds without one.
  public func send(
    _ method: String, _ path: String, fields: [String: String] = [:], body: Data? = nil
  ) async throws(HotInstanceError) -> Answer {
    guard let url = URL(string: path, relativeTo: baseURL) else {
      throw HotInstanceError(.noAnswer, "\(path) is no path")
    }
    var request = URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: 60)
    request.httpMethod = method
    request.httpBody = body
    for (name, value) in fields { request.setValue(value, forHTTPHeaderField: name) }
    do {
      let (data, response) = try await Self.session.data(for: request)
      guard let head = response as? HTTPURLResponse else {
        throw HotInstanceError(.noAnswer, "\(method) \(url.absoluteString) was not answered over HTTP")
      }
      let fields = head.allHeaderFields.map { ("\($0.key)".lowercased(), "\($0.value)") }
      return Answer(status: head.statusCode, fields: Dictionary(fields) { "\($0), \($1)" }, body: data)
    } catch {
      throw error as? HotInstanceError
        ?? HotInstanceError(.noAnswer, "\(method) \(url.absoluteString) was not answered", cause: error)
    }
  }

  /// Without cookies and caches, so that no test sees what another one did.
  private static let session = URLSession(configuration: .ephemeral, delegate: StayingPut(), delegateQueue: nil)

  /// Takes a redirection for the answer that it is.
  private final class StayingPut: NSObject, URLSessionTaskDelegate {
    func urlSession(
      _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
      newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
      completionHandler(nil)
    }
  }
}
