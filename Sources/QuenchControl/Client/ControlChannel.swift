import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import QuenchManagers
import QuenchState
import SystemPackage

/// Requests and answers over the control socket.
struct ControlChannel: Sendable {
  let socket: ControlSocket
  let service: String

  /// Asks, and reads the answer.
  func ask<Answer: Decodable>(
    _ method: HTTPMethod, _ path: String, _ order: (any Encodable & Sendable)? = nil
  ) async throws -> Answer {
    let response = try await send(method, path, order)
    let data = try await body(of: response)
    do {
      return try ControlCoding.decode(Answer.self, from: data)
    } catch {
      throw misunderstood(error)
    }
  }

  /// Asks for something that has no answer.
  func tell(_ method: HTTPMethod, _ path: String, _ order: any Encodable & Sendable) async throws {
    _ = try await body(of: try await send(method, path, order))
  }

  /// Asks for what takes time, and follows it to its end.
  ///
  /// - Returns: nil when `onProgress` did not want to wait any longer.
  func follow<Result: Codable & Sendable>(
    _ path: String, _ order: (any Encodable & Sendable)? = nil,
    _ onProgress: (PromotionEventDocument) async -> Bool = { _ in true }
  ) async throws -> Result? {
    let response = try await send(.POST, path, order, with: Self.following)
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

  private func send(
    _ method: HTTPMethod, _ path: String, _ order: (any Encodable & Sendable)?, with client: HTTPClient = Self.asking
  ) async throws -> HTTPClientResponse {
    guard FileManager.default.fileExists(atPath: socket.path.string) else { throw notServing(nil) }
    let place = socket.address.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    var request = HTTPClientRequest(url: "http+unix://\(place)\(path)")
    request.method = method
    if let token = socket.token { request.headers.add(name: "Authorization", value: "Bearer \(token.text)") }
    if let order { request.body = .bytes(ByteBuffer(bytes: try ControlCoding.encode(order))) }
    let response: HTTPClientResponse
    do {
      response = try await client.execute(request, timeout: .hours(24 * 365))
    } catch {
      try Task.checkCancellation()
      let isOver = [HTTPClientError.remoteConnectionClosed, .readTimeout].contains(error as? HTTPClientError)
      throw isOver ? ended(error) : notServing(error)
    }
    guard !(200..<300).contains(response.status.code) else { return response }
    let data = try await body(of: response)
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
    ControlError(
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

  private static func client(patience: TimeAmount) -> HTTPClient {
    var configuration = HTTPClient.Configuration()
    configuration.timeout.connect = .seconds(2)
    configuration.timeout.read = patience
    configuration.redirectConfiguration = .disallow
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }
}
