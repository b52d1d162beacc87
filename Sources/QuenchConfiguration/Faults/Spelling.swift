/// Finds the known word that a misspelt one was probably meant to be.
enum Spelling {
  /// The nearest of `known` to `word`, or nil when none is near.
  static func nearest(to word: String, in known: [String]) -> String? {
    let given = normalised(word)
    guard !given.isEmpty, given.count <= 64 else { return nil }
    if let same = known.first(where: { normalised($0) == given }) { return same }
    var best: (word: String, distance: Int)?
    for candidate in known {
      let distance = distance(given, normalised(candidate))
      guard distance <= max(1, min(given.count, candidate.count) / 3), distance < best?.distance ?? .max else {
        continue
      }
      best = (candidate, distance)
    }
    return best?.word ?? abbreviated(given, in: known)
  }

  /// The one known word that begins with `given`, as in `env`, or that `given` begins with, as in `healthcheck`.
  private static func abbreviated(_ given: String, in known: [String]) -> String? {
    guard given.count >= 3 else { return nil }
    let longer = known.filter { normalised($0).hasPrefix(given) }
    if longer.count == 1 { return longer[0] }
    let shorter = known.filter { $0.count >= 4 && given.hasPrefix(normalised($0)) }
    return shorter.max { $0.count < $1.count }
  }

  /// The restricted Damerau-Levenshtein distance: insertions, deletions, substitutions and swaps of neighbours.
  static func distance(_ left: String, _ right: String) -> Int {
    let left = Array(left)
    let right = Array(right)
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 1...left.count {
      var current = [row]
      for column in 1...right.count {
        let substitution = last[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1)
        var cost = min(substitution, last[column] + 1, current[column - 1] + 1)
        if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
          cost = min(cost, beforeLast[column - 2] + 1)
        }
        current.append(cost)
      }
      beforeLast = last
      last = current
    }
    return last[right.count]
  }

  /// Lower case with hyphens, so that `startTimeout` and `start_timeout` are `start-timeout`.
  private static func normalised(_ word: String) -> String {
    var result = ""
    var previous: Character?
    for character in word {
      if character.isUppercase, previous?.isLowercase == true { result.append("-") }
      result += character == "_" || character == " " ? "-" : character.lowercased()
      previous = character
    }
    return result
  }
}
