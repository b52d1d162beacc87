/// One request on its way.
struct Request: Sendable {
  /// When it came, in seconds since the beginning.
  let arrival: Double
  let flow: Int
  /// The instance that failed it; −1 while none has.
  var tried = -1

  var wasTried: Bool { tried >= 0 }
}

/// Requests that wait, first come first served: a ring that grows.
struct RequestLine: Sendable {
  private var ring: [Request] = []
  private var head = 0
  private(set) var count = 0

  var first: Request? { count > 0 ? ring[head] : nil }

  mutating func append(_ request: Request) {
    if count == ring.count { grow(with: request) }
    let end = head + count
    ring[end < ring.count ? end : end - ring.count] = request
    count += 1
  }

  mutating func popFirst() -> Request? {
    guard count > 0 else { return nil }
    let request = ring[head]
    head = head + 1 < ring.count ? head + 1 : 0
    count -= 1
    return request
  }

  /// Takes all of them out, in their order.
  mutating func removeAll() -> [Request] {
    var all: [Request] = []
    while let request = popFirst() { all.append(request) }
    return all
  }

  /// Doubles the ring; the new places are filled with anything.
  private mutating func grow(with filler: Request) {
    let ordered = Array(ring[head...]) + Array(ring[..<head])
    ring = ordered + [Request](repeating: filler, count: max(8, ordered.count))
    head = 0
  }
}
