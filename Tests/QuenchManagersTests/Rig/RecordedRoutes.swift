import Foundation
import QuenchInstances
import Synchronization
import SystemPackage

@testable import QuenchManagers

/// Traffic that is only written down, in a file that outlives the process that tells it.
final class RecordedRoutes: RoutePublisher {
  /// What the file says.
  struct Written: Codable, Equatable {
    /// Who serves production: ids of instances, by their ports.
    var cold: [String: Int] = [:]
    var verifiedHot: [String: Int] = [:]
    var standby: [String: Int] = [:]
    /// Instances that were named although they had ended.
    var absent: [String] = []
  }

  private let file: FilePath
  private let announcer = Announcer<Written>()
  private let answers = Mutex<[String: TrafficFigures]>([:])
  private let failure = Mutex<(any Error)?>(nil)
  private let absent = Mutex(false)
  private let drained = Mutex<Set<String>>([])
  private let drains = Announcer<String>()

  init(file: FilePath) { self.file = file }

  /// What was told last.
  var written: Written {
    (try? JSONDecoder().decode(Written.self, from: Data(contentsOf: URL(filePath: file.string)))) ?? Written()
  }

  /// Waits until what was told is as it should be.
  func wait(until isRight: (Written) -> Bool) async {
    let changes = announcer.events()
    if isRight(written) { return }
    for await change in changes where isRight(change) { return }
  }

  /// Has the traffic of some instances be this.
  func answer(_ figures: TrafficFigures, for instances: [String]) {
    answers.withLock { for id in instances { $0[id] = figures } }
  }

  /// Has publishing fail, or succeed again.
  ///
  /// - Parameter isGone: whether that is because nothing carries traffic.
  func fail(_ error: (any Error)?, isGone: Bool = false) {
    failure.withLock { $0 = error }
    absent.withLock { $0 = isGone }
  }

  func isGone() async -> Bool { absent.withLock { $0 } }

  func publish(_ routes: Routes, reason: String) async throws {
    if let error = failure.withLock({ $0 }) { throw error }
    func ports(_ targets: [Routes.Target]) -> [String: Int] {
      Dictionary(uniqueKeysWithValues: targets.filter { !$0.isDown }.map { ($0.id, $0.port) })
    }
    var next = Written(
      cold: ports(routes.cold), verifiedHot: ports(routes.verifiedHot), standby: ports(routes.standby),
      absent: written.absent)
    for (id, port) in next.cold where !Self.isListening(port) { next.absent.append("\(id) for \(reason)") }
    try JSONEncoder().encode(next).write(to: URL(filePath: file.string), options: .atomic)
    announcer.announce(next)
  }

  func isCurrent() async -> Bool { FileManager.default.fileExists(atPath: file.string) }

  func waitUntilDrained(_ instances: [String], deadline: Date) async throws -> Int {
    drained.withLock { $0.formUnion(instances) }
    for instance in instances { drains.announce(instance) }
    return 0
  }

  /// Waits until somebody has waited for the requests of an instance to end.
  func wait(untilDrained instance: String) async {
    let changes = drains.events()
    if drained.withLock({ $0.contains(instance) }) { return }
    for await other in changes where other == instance { return }
  }

  func figures(of instances: [String]) async throws -> TrafficFigures {
    answers.withLock { answers in
      instances.compactMap { answers[$0] }.reduce(into: TrafficFigures()) { $0.add($1) }
    }
  }

  func totals() async throws -> TrafficFigures {
    answers.withLock { $0.values.reduce(into: TrafficFigures()) { $0.add($1) } }
  }

  static func isListening(_ port: Int) -> Bool { (try? HTTPAnswer.get(port, "/")) != nil }
}

/// An answer to a request on the loopback address.
enum HTTPAnswer {
  /// The body of the answer to a GET.
  static func get(_ port: Int, _ path: String) throws -> String {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw Errno(rawValue: errno) }
    let request = Array("GET \(path) HTTP/1.1\r\nHost: rig\r\n\r\n".utf8)
    guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
      throw Errno(rawValue: errno)
    }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count <= 0 { break }
      answer += buffer[..<count]
    }
    let text = String(decoding: answer, as: UTF8.self)
    guard let end = text.range(of: "\r\n\r\n") else { throw RigError(text: "no answer from port \(port)") }
    return String(text[end.upperBound...])
  }
}
