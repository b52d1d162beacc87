/// Erlang's two formulas for requests that arrive at random and find some number of servers.
///
/// A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in automatic telephone
/// exchanges", Elektroteknikeren 13 (1917).
public enum Erlang {
  /// Erlang B: the probability that a request finds all servers busy, where none can wait (M/M/c/c, and M/G/c/c as
  /// well).
  ///
  /// By the recursion B(0) = 1, B(n) = a·B(n−1) / (n + a·B(n−1)), which neither overflows nor cancels (Gross, Shortle,
  /// Thompson and Harris, *Fundamentals of Queueing Theory*, 4th edition, chapter 2).
  /// - Parameters:
  ///   - load: a, the arrivals in one mean service time; 0 or more, without unit ("erlangs").
  ///   - servers: c, 0 or more.
  public static func b(load: Double, servers: Int) -> Double {
    var blocking = 1.0
    for server in 0..<max(0, servers) {
      blocking = load * blocking / (Double(server + 1) + load * blocking)
    }
    return blocking
  }

  /// Erlang C: the probability that a request has to wait, where all may wait (M/M/c); 1 where the load is too much.
  ///
  /// C = B / (1 − ρ·(1 − B)) with ρ = a/c (same chapter).
  /// - Parameters:
  ///   - load: a, the arrivals in one mean service time; 0 or more, without unit ("erlangs").
  ///   - servers: c, 1 or more.
  public static func c(load: Double, servers: Int) -> Double {
    let utilisation = load / Double(servers)
    guard utilisation < 1 else { return 1 }
    let blocking = b(load: load, servers: servers)
    return blocking / (1 - utilisation * (1 - blocking))
  }
}
