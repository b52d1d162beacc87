#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// An axis for a cost: from 0 on, with round marks.
struct CostAxis: Hashable, Sendable {
  /// The marks, from 0 up to the end of the axis.
  let marks: [Double]
  let step: Double

  var end: Double { marks.last ?? 1 }

  /// Covers costs up to the highest with four to ten marks, 1, 2 or 5 times a power of ten apart.
  init(upTo highest: Double) {
    let highest = highest > 0 && highest.isFinite ? highest : 1
    let power = pow(10, (log10(highest / 5)).rounded(.down))
    let step = [1.0, 2, 5].map { $0 * power }.last { highest / $0 >= 4 } ?? power
    self.step = step
    marks = (0...Int((highest / step - 1e-9).rounded(.up))).map { Double($0) * step }
  }

  /// Decimal places that tell the marks apart.
  var places: Int { step >= 1 ? 0 : Int((-log10(step) - 1e-9).rounded(.up)) }
}

/// An axis for an unavailability, by its nines: each mark is ten times less than the one before.
struct NinesAxis: Hashable, Sendable {
  /// More nines than a year has nanoseconds' worth of would mean nothing.
  static let most = 12

  let marks: [Int]

  /// Covers all of these unavailabilities, as far as they have no more than twelve nines.
  init(_ unavailabilities: [Double]) {
    let nines = unavailabilities.map(Self.nines)
    let low = min(Self.most - 1, Int((nines.min() ?? 0).rounded(.down)))
    let high = max(low + 1, Int((nines.max() ?? 1).rounded(.up)))
    marks = Array(low...high)
  }

  /// Where an unavailability stands: 0 at the first mark and 1 at the last.
  func place(_ unavailability: Double) -> Double {
    let first = Double(marks.first ?? 0)
    let last = Double(marks.last ?? 1)
    return min(1, max(0, (Self.nines(unavailability) - first) / (last - first)))
  }

  /// −log₁₀ of an unavailability, from 0 to twelve.
  static func nines(_ unavailability: Double) -> Double {
    unavailability > 0 ? min(Double(most), max(0, -log10(unavailability))) : Double(most)
  }

  /// The availability at a mark, as a percentage.
  static func text(_ nines: Int) -> String {
    switch nines {
    case ...0: "0 %"
    case 1: "90 %"
    case 2: "99 %"
    default: "99.\(String(repeating: "9", count: nines - 2)) %"
    }
  }
}
