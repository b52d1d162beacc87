import Foundation
import QuenchState
import SystemPackage

/// Reads the test cases of a JUnit or xUnit report that a command wrote.
///
/// The report is not trusted. A document type is refused, and with it every entity; so are files over 32 MiB, more than
/// 64 elements inside each other and more than 200,000 cases.
public enum XUnitReader {
  /// The largest report that is read, in bytes.
  public static let largestReport = 32 << 20
  /// How deep its elements may lie inside each other.
  public static let deepestElement = 64
  /// How many cases are read at most.
  public static let mostCases = 200_000

  /// The cases of a report, in its order.
  ///
  /// `failure` and `error` both make a case fail, as does a `status` or `result` that says so.
  ///
  /// - Throws: `SuiteError` with code `report-unreadable`.
  public static func cases(of report: FilePath) throws(SuiteError) -> [TestResult] {
    let bytes: [UInt8]
    do {
      bytes = try RegularFile.read(report, atMost: largestReport)
    } catch let error as SuiteError {
      throw error
    } catch {
      throw SuiteError(.reportUnreadable, "cannot read the report \(report)", cause: error)
    }
    return try cases(in: Data(bytes), named: report.string)
  }

  /// The cases in a report's bytes; `name` is what errors call it.
  ///
  /// - Throws: `SuiteError` with code `report-unreadable`.
  public static func cases(in data: Data, named name: String = "report") throws(SuiteError) -> [TestResult] {
    guard data.count <= largestReport else {
      throw unreadable(name, "is larger than \(largestReport >> 20) MiB")
    }
    do throws(XMLTokenizer.Problem) {
      return try XUnitDocument([UInt8](data)).cases
    } catch {
      throw unreadable(name, error.why)
    }
  }

  private static func unreadable(_ name: String, _ why: String) -> SuiteError {
    SuiteError(
      .reportUnreadable, "the report \(name) \(why)", remedy: "have the command write JUnit XML, or no report at all")
  }
}
