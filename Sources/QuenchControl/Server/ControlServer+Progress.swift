import Foundation
import Hummingbird
import QuenchLedger
import QuenchManagers
import ServiceLifecycle
import Synchronization

extension ControlServer {
  /// Answers a promotion or rollback, which takes time: what happens, then what it came to.
  ///
  /// - Parameter work: does it, and says of which promotion what happens is to be told.
  func follow(
    _ work: @escaping @Sendable (@escaping @Sendable (PromotionRecord) -> Void) async throws -> PromotionRecord
  ) -> Response {
    let wanted = WantedPromotion()
    // Listened to before the work begins, so that nothing of it is missed.
    let events = production.runner.events()
    return stream(telling: events, where: wanted.includes) {
      let record = try await work(wanted.take)
      return try await production.document(of: record.id) ?? PromotionDocument(record, steps: [])
    }
  }

  /// Answers something that takes time line by line.
  ///
  /// It goes on to its end although whoever asked goes away. When this process is to end, whoever asked is not told any
  /// more: the next process goes on.
  ///
  /// - Parameter outlivesShutdown: whether it ends by itself at once, so that it is waited for all the same.
  func stream<Result: Codable & Sendable>(
    outlivesShutdown: Bool = false, telling events: AsyncStream<PromotionEvent>? = nil,
    where isWanted: @escaping @Sendable (PromotionEvent) -> Bool = { _ in true },
    _ work: @escaping @Sendable () async throws -> Result
  ) -> Response {
    let (lines, continuation) = AsyncStream<ProgressLine<Result>>.makeStream(bufferingPolicy: .bufferingNewest(1000))
    let telling = Task {
      guard let events else { return }
      for await event in events where isWanted(event) { continuation.yield(.event(PromotionEventDocument(event))) }
    }
    let beating = Task {
      while true {
        try await Task.sleep(for: Heartbeat.interval)
        continuation.yield(.alive)
      }
    }
    continuation.onTermination = { _ in
      telling.cancel()
      beating.cancel()
    }
    Task {
      do {
        continuation.yield(.result(try await work()))
      } catch {
        continuation.yield(.failure(ControlFailure(error)))
      }
      continuation.finish()
    }
    return Response(
      status: .ok, headers: [.contentType: "application/x-ndjson"],
      body: ResponseBody { writer in
        try await withGracefulShutdownHandler {
          for await line in lines {
            var buffer = ByteBuffer(bytes: try ControlCoding.encode(line))
            buffer.writeInteger(UInt8(ascii: "\n"))
            try await writer.write(buffer)
          }
          try await writer.finish(nil)
        } onGracefulShutdown: {
          if !outlivesShutdown { continuation.finish() }
        }
      })
  }
}

/// The promotion that somebody follows, once it has a number.
private final class WantedPromotion: Sendable {
  private let number = Mutex<Int64?>(nil)

  func take(_ record: PromotionRecord) { number.withLock { $0 = record.id } }

  func includes(_ event: PromotionEvent) -> Bool { number.withLock { $0 == event.promotion } }
}
