import Crypto
import Foundation
import Mustache
import QuenchDiagnostics

/// A page that needs nothing but itself: no script, no picture, nothing from elsewhere, and a policy that keeps it so.
struct Page<Body> {
  let title: String
  let body: Body
  /// When it was written, in UTC.
  let written: String
  let style: String
  /// The SHA-256 of `style` in base64: the only style that the page's content security policy (CSP Level 3, §2.3.1) lets in.
  let styleDigest: String

  init(_ title: String, _ body: Body, written: Date) {
    self.title = title
    self.body = body
    self.written = written.formatted(.iso8601)
    style = String(decoding: PackageResources.page_css, as: UTF8.self)
    styleDigest = Data(SHA256.hash(data: Data(style.utf8))).base64EncodedString()
  }

  /// The page's HTML, everything in it that comes from elsewhere escaped.
  ///
  /// - Parameter name: the template of its body.
  /// - Throws: `ReportError` with code `template-invalid`, which is a fault of Quench's.
  func html(_ name: PageTemplate) throws(ReportError) -> String {
    do {
      MustacheContentTypes.register(HTMLScalars(), named: HTMLScalars.name)
      var library = MustacheLibrary()
      for template in PageTemplate.allCases { try library.register(template.source, named: template.rawValue) }
      guard let html = library.render(self, withTemplate: name.rawValue) else {
        throw ReportError(.templateInvalid, "there is no template \(name.rawValue)")
      }
      return html
    } catch {
      throw error as? ReportError ?? ReportError(.templateInvalid, "a page's template is wrong", cause: error)
    }
  }
}

/// The templates that pages are made from (mustache(5)).
enum PageTemplate: String, CaseIterable {
  case page, verdict, bisection

  fileprivate var source: String {
    let bytes =
      switch self {
      case .page: PackageResources.page_mustache
      case .verdict: PackageResources.verdict_mustache
      case .bisection: PackageResources.bisection_mustache
      }
    return String(decoding: bytes, as: UTF8.self)
  }
}
