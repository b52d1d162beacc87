/// Splits a list of tests into disjoint sets that are the same every time.
enum TestSharding {
  /// The tests that belong to `shard`: every `count`th of the sorted list, so that neighbours, which tend to cost the
  /// same, are spread evenly.
  static func members(of tests: [String], in shard: SuiteRun.Shard) -> Set<String> {
    var members: Set<String> = []
    for (position, test) in tests.sorted().enumerated() where position % shard.count == shard.index {
      members.insert(test)
    }
    return members
  }
}
