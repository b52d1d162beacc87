import Generators
import Testing

@testable import QuenchCost

/// Textbook values are of Gross, Shortle, Thompson and Harris, *Fundamentals of Queueing Theory*, unless it says
/// otherwise.
@Suite struct QueueFormulaTests {
  /// The hair salon of §2.2: five customers an hour, ten minutes each, one chair.
  @Test func oneServerAsInTheTextbook() throws {
    let salon = try MarkovQueue(arrivalRate: 5.0 / 3600, meanService: 600)
    #expect(isClose(salon.utilisation, 5.0 / 6))
    #expect(isClose(salon.waitProbability, 5.0 / 6))
    #expect(isClose(salon.meanPresent, 5))
    #expect(isClose(salon.meanWaiting, 25.0 / 6))
    #expect(isClose(salon.meanResponse, 3600))
    #expect(isClose(salon.meanWait, 3000))
  }

  /// The eye clinic of §2.3: six patients an hour, twenty minutes each, three doctors.
  @Test func severalServersAsInTheTextbook() throws {
    let clinic = try MarkovQueue(arrivalRate: 6.0 / 3600, meanService: 1200, servers: 3)
    #expect(isClose(clinic.utilisation, 2.0 / 3))
    #expect(isClose(clinic.waitProbability, 4.0 / 9))
    #expect(isClose(clinic.meanWaiting, 8.0 / 9))
    #expect(NumberText.fixed(clinic.meanResponse / 60, 1) == "28.9")
    #expect(isClose(clinic.meanPresent, 26.0 / 9))
  }

  /// Fifteen lines carry 8.108 erlangs with one call in a hundred blocked, and ten 4.461 (tables of Erlang B, as on
  /// erlang.com).
  @Test func lossAsInTheTables() throws {
    #expect(NumberText.fixed(Erlang.b(load: 8.108, servers: 15), 4) == "0.0100")
    #expect(NumberText.fixed(Erlang.b(load: 4.461, servers: 10), 4) == "0.0100")
    #expect(Erlang.b(load: 1, servers: 1) == 0.5)
    #expect(isClose(Erlang.b(load: 2, servers: 2), 0.4))
    #expect(Erlang.b(load: 3, servers: 0) == 1)
    let lines = try LossSystem(arrivalRate: 2, meanService: 1, servers: 2)
    #expect(isClose(lines.utilisation, 0.6))
  }

  /// Half of the wait at random times, where all services are as long: M/D/1 (§5.1).
  @Test func generalServiceTimes() throws {
    let exponential = try GeneralQueue(arrivalRate: 0.8, service: .exponential(mean: 1))
    #expect(isClose(exponential.meanWait, try MarkovQueue(arrivalRate: 0.8, meanService: 1).meanWait))
    let constant = try GeneralQueue(arrivalRate: 0.8, service: .constant(1))
    #expect(isClose(constant.meanWait, exponential.meanWait / 2))
    #expect(isClose(constant.meanResponse, 3))
  }

  /// Sums over states, as the formulas are derived, for loads that the sums can bear.
  @Test(arguments: UInt64(1)...40)
  func erlangsFormulasAreSumsOverStates(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let servers = Int.random(in: 1...30, using: &generator)
    let load = Double.random(in: 0.01..<0.99, using: &generator) * Double(servers)
    var terms = [1.0]
    for server in 1...servers { terms.append(terms[server - 1] * load / Double(server)) }
    let last = terms[servers]
    #expect(isClose(Erlang.b(load: load, servers: servers), last / terms.reduce(0, +)), "seed \(seed)")
    let tail = last / (1 - load / Double(servers))
    let waiting = tail / (terms.dropLast().reduce(0, +) + tail)
    #expect(isClose(Erlang.c(load: load, servers: servers), waiting), "seed \(seed)")
  }

  @Test(arguments: UInt64(1)...40)
  func quantilesAreWhereTheTailsAre(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let servers = Int.random(in: 1...12, using: &generator)
    let service = Double.random(in: 0.01...10, using: &generator)
    let utilisation = Double.random(in: 0.05...0.95, using: &generator)
    let queue = try MarkovQueue(
      arrivalRate: utilisation * Double(servers) / service, meanService: service, servers: servers)
    for share in [0.5, 0.9, 0.99, 0.999] {
      #expect(isClose(queue.responseExceeds(queue.responseQuantile(share)), 1 - share, within: 1e-6), "seed \(seed)")
      let wait = queue.waitQuantile(share)
      #expect(wait == 0 || isClose(queue.waitExceeds(wait), 1 - share, within: 1e-6), "seed \(seed)")
    }
    // A mean is the integral of its tail.
    let step = queue.meanResponse / 400
    let integral = (0..<20_000).reduce(0) { $0 + queue.responseExceeds((Double($1) + 0.5) * step) * step }
    #expect(isClose(integral, queue.meanResponse, within: 1e-4), "seed \(seed)")
  }

  @Test func equalRatesHaveATailOfTheirOwn() throws {
    // c·μ − λ = μ: the wait and the service have one rate.
    let queue = try MarkovQueue(arrivalRate: 1, meanService: 1, servers: 2)
    let near = try MarkovQueue(arrivalRate: 1 + 1e-7, meanService: 1, servers: 2)
    #expect(isClose(queue.responseExceeds(2), near.responseExceeds(2), within: 1e-5))
  }

  @Test func tooMuchWorkIsRefused() {
    #expect(throws: CostError("utilisation", 1, .stable)) {
      try MarkovQueue(arrivalRate: 2, meanService: 1, servers: 2)
    }
    #expect(throws: CostError("servers", 0, .atLeastOne)) { try LossSystem(arrivalRate: 1, meanService: 1, servers: 0) }
    #expect(throws: CostError("meanService", 0, .positive)) { try MarkovQueue(arrivalRate: 1, meanService: 0) }
    #expect(throws: CostError("service.mean", -1, .positive)) {
      try GeneralQueue(arrivalRate: 1, service: .exponential(mean: -1))
    }
    #expect(Erlang.c(load: 3, servers: 2) == 1)
  }
}
