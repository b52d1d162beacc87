import Foundation
import SystemPackage

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The elements and the text of an XML file that a strict parser accepts.
struct XMLDocumentSummary {
  struct Malformed: Error { let file: FilePath, line: Int }

  let root: String?
  let elements: [String]
  /// All text and all attributes' values.
  let text: String

  init(contentsOf file: FilePath) throws {
    let reader = Reader()
    let parser = XMLParser(data: try Data(contentsOf: URL(filePath: file.string)))
    parser.delegate = reader
    guard parser.parse() else { throw Malformed(file: file, line: parser.lineNumber) }
    root = reader.elements.first
    elements = reader.elements
    text = reader.text
  }

  func count(of element: String) -> Int {
    elements.count { $0 == element }
  }

  private final class Reader: NSObject, XMLParserDelegate {
    var elements: [String] = []
    var text = ""

    func parser(
      _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      elements.append(element)
      text += attributes.values.joined(separator: "\n") + "\n"
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func parser(_ parser: XMLParser, foundCDATA block: Data) { text += String(decoding: block, as: UTF8.self) }
  }
}
