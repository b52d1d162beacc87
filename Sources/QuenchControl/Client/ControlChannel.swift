import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import QuenchManagers
import QuenchState
import SystemPackage

/// Requests and answers over the control socket, or over TLS from afar.
struct ControlChannel: Sendable {
  /// Where the control plane is.
  enum Place: Sendable {
    /// On this host.
    case here(ControlSocket)
    /// Elsewhere.
    case afar(RemotePlace)
  }

  let place: Place
  let service: String

  /// Asks, and reads the answer.
  func ask<Answer: Decodable>(
    _ method: HTTPMethod, _ path: String, _ order: (any Encodable & Sendable)? = nil
  ) async throws -> Answer {
    let response = try await send(method, path, try Self.body(order))
    let data = try await body(of: response)
    do {
      return try ControlCoding.decode(Answer.self, from: data)
    } catch {
      throw misunderstood(error)
    }
  }

  /// Asks for something that has no answer.
  func tell(_ method: HTTPMethod, _ path: String, _ order: any Encodable & Sendable) async throws {
    _ = try await body(of: try await send(method, path, try Self.body(order)))
  }

  /// Asks for what takes time, and follows it to its end.
  ///
  /// - Returns: nil when `onProgress` did not want to wait any longer.
  func follow<Result: Codable & Sendable>(
    _ path: String, _ order: (any Encodable & Sendable)? = nil,
    _ onProgress: (PromotionEventDocument) async -> Bool = { _ in true }
  ) async throws -> Result? {
    let response = try await send(.POST, path, try Self.body(order), isFollowed: true)
    var pending = Data()
    do {
      for try await chunk in response.body {
        pending += Data(chunk.readableBytesView)
        while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
          let line = Data(pending[..<end])
          pending = Data(pending[(end + 1)...])
          switch try ControlCoding.decode(ProgressLine<Result>.self, from: line) {
          case .alive: continue
          case .event(let event): if await !onProgress(event) { return nil }
          case .result(let result): return result
          case .failure(let failure): throw failure.error
          }
        }
      }
    } catch let error as RemoteError {
      throw error
    } catch let error as DecodingError {
      throw misunderstood(error)
    } catch {
      try Task.checkCancellation()
      throw ended(error)
    }
    throw ended(nil)
  }

  /// Sends bytes as they are, and reads the answer.
  func ask<Answer: Decodable>(_ method: HTTPMethod, _ path: String, bytes: Data) async throws -> Answer {
    let data = try await body(of: try await send(method, path, ByteBuffer(bytes: bytes)))
    do {
      return try ControlCoding.decode(Answer.self, from: data)
    } catch {
      throw misunderstood(error)
    }
  }

  private static func body(_ order: (any Encodable & Sendable)?) throws -> ByteBuffer? {
    try order.map { ByteBuffer(bytes: try ControlCoding.encode($0)) }
  }

  /// The request's line and head, and who sends it.
  private func request(_ path: String, isFollowed: Bool) throws -> (HTTPClientRequest, HTTPClient) {
    switch place {
    case .here(let socket):
      guard FileManager.default.fileExists(atPath: socket.path.string) else { throw notServing(nil) }
      let place = socket.address.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
      var request = HTTPClientRequest(url: "http+unix://\(place)\(path)")
      if let token = socket.token { request.headers.add(name: "Authorization", value: "Bearer \(token.text)") }
      return (request, isFollowed ? Self.following : Self.asking)
    case .afar(let afar):
      var request = HTTPClientRequest(url: afar.url + path)
      if let token = afar.token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
      return (request, isFollowed ? afar.following : afar.asking)
    }
  }

  private func send(
    _ method: HTTPMethod, _ path: String, _ body: ByteBuffer?, isFollowed: Bool = false
  ) async throws -> HTTPClientResponse {
    var (request, client) = try request(path, isFollowed: isFollowed)
    request.method = method
    if let body { request.body = .bytes(body) }
    let response: HTTPClientResponse
    do {
      response = try await client.execute(request, timeout: .hours(24 * 365))
    } catch {
      try Task.checkCancellation()
      let isOver = [HTTPClientError.remoteConnectionClosed, .readTimeout].contains(error as? HTTPClientError)
      throw isOver ? ended(error) : notServing(error)
    }
    guard !(200..<300).contains(response.status.code) else { return response }
    if response.status == .tooManyRequests {
      throw ControlError(
        .unauthorized, "too many tokens that are not good came from here", remedy: "wait a minute, then try again")
    }
    let data = try await self.body(of: response)
    if let failure = try? ControlCoding.decode(ControlFailure.self, from: data) { throw failure.error }
    throw ControlError(
      .answerInvalid, "the control plane answered \(response.status.code) to \(path)",
      remedy: "use the version of quench that serves")
  }

  private func body(of response: HTTPClientResponse) async throws -> Data {
    do {
      return Data(try await response.body.collect(upTo: 16 << 20).readableBytesView)
    } catch {
      try Task.checkCancellation()
      throw ended(error)
    }
  }

  private func notServing(_ cause: (any Error)?) -> ControlError {
    if case .afar(let afar) = place {
      if let cause, "\(cause)".contains("CERTIFICATE_VERIFY_FAILED") {
        return ControlError(
          .notServing, "the certificate of \(afar.url) is not trusted here",
          remedy: "--ca FILE names the authority that has signed it, or the certificate itself")
      }
      return ControlError(
        .notServing, "\(afar.url) cannot be reached, or cannot be trusted",
        remedy: "openssl s_client -connect \(afar.address); --ca FILE names other authorities", cause: cause)
    }
    return ControlError(
      .notServing, "nobody looks after the production of \(service) here", remedy: "quench serve", cause: cause)
  }

  private func ended(_ cause: (any Error)?) -> ControlError {
    ControlError(
      .serveEnded, "quench serve ended, or hangs, before it was done",
      remedy: "quench serve, which finishes or undoes what was begun; then: quench status", cause: cause)
  }

  private func misunderstood(_ cause: any Error) -> ControlError {
    ControlError(
      .answerInvalid, "the answer of the control plane is not understood",
      remedy: "use the version of quench that serves", cause: cause)
  }

  /// Gives up a control plane that sends nothing any more while it is followed.
  private static let following = client(patience: .seconds(Heartbeat.patience))

  /// Gives up a control plane that does not answer; a busy machine may take a while.
  private static let asking = client(patience: .seconds(15))

  static func client(patience: TimeAmount, security: TLSConfiguration? = nil) -> HTTPClient {
    var configuration = HTTPClient.Configuration()
    configuration.timeout.connect = .seconds(2)
    configuration.timeout.read = patience
    configuration.redirectConfiguration = .disallow
    configuration.tlsConfiguration = security
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }
}
