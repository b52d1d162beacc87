import Generators
import Testing

@testable import QuenchCost

@Suite struct EventQueueTests {
  @Test(arguments: UInt64(1)...20)
  func eventsComeInTheOrderOfTheirTimes(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var queue = EventQueue()
    var popped: [Event] = []
    for number in 0..<300 {
      // Few different times, so that many are the same.
      queue.add(.failure(number), at: Double(Int.random(in: 0...20, using: &generator)) + Double(number / 60) * 100)
      if Int.random(in: 0..<3, using: &generator) == 0, let event = queue.popFirst() { popped.append(event) }
    }
    while let event = queue.popFirst() { popped.append(event) }
    #expect(popped.count == 300)
    #expect(queue.popFirst() == nil)
    // Whatever is popped later and was there before is later, or was added later.
    for (earlier, later) in zip(popped, popped.dropFirst()) where later.order < earlier.order {
      #expect(earlier.time < later.time, "seed \(seed)")
    }
    let rest = popped.suffix(50)
    #expect(zip(rest, rest.dropFirst()).allSatisfy { $0.isBefore($1) }, "seed \(seed)")
  }

  @Test(arguments: UInt64(1)...20)
  func aLineServesWhoCameFirst(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var line = RequestLine()
    var model: [Double] = []
    for number in 0..<400 {
      if Bool.random(using: &generator) || number < 20 {
        line.append(Request(arrival: Double(number), flow: 0))
        model.append(Double(number))
      } else {
        #expect(line.popFirst()?.arrival == (model.isEmpty ? nil : model.removeFirst()), "seed \(seed)")
      }
      #expect(line.count == model.count)
      #expect(line.first?.arrival == model.first)
    }
    #expect(line.removeAll().map(\.arrival) == model)
    #expect(line.count == 0)
  }
}
