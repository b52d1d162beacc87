import Foundation

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// A `quench.yml` on disk: where it is, and its text.
public struct ConfigurationFile: Sendable, Equatable {
  /// The name that is looked for.
  public static let name = "quench.yml"

  /// Where the file is.
  public let path: FilePath
  /// Its text, without a byte order mark.
  public let text: String

  /// A file whose text is known, for example from a revision's tree.
  public init(path: FilePath, text: String) {
    self.path = path
    self.text = text
  }

  /// Finds the file that counts.
  ///
  /// - Parameters:
  ///   - directory: The absolute directory to start from.
  ///   - root: The repository's root, the last directory that is looked in; nil for `directory` alone.
  ///   - explicit: The path given by `--config`, relative to `directory`; nothing else is looked at then.
  /// - Returns: The absolute path of a file that is there.
  /// - Throws: ``ConfigurationError`` `file-missing`.
  public static func locate(
    from directory: FilePath, root: FilePath? = nil, explicit: FilePath? = nil
  ) throws(ConfigurationError) -> FilePath {
    let start = directory.lexicallyNormalized()
    if let explicit {
      let path = start.pushing(explicit).lexicallyNormalized()
      guard exists(path) else {
        throw .init(
          .fileMissing, file: explicit.string, message: "there is no file \(path)",
          remedy: "give --config the path of a quench.yml, or write one with `quench init`")
      }
      return path
    }
    let folders = folders(from: start, to: root?.lexicallyNormalized() ?? start)
    for folder in folders where exists(folder.appending(name)) { return folder.appending(name) }
    var message = "there is no \(name) in \(start)"
    if let last = folders.last, last != start { message += " nor in a folder above it up to \(last)" }
    for folder in folders where exists(folder.appending("quench.yaml")) {
      throw .init(
        .fileMissing, file: name, message: message + "; \(folder.appending("quench.yaml")) has another name",
        remedy: "mv \(folder.appending("quench.yaml")) \(folder.appending(name))")
    }
    throw .init(.fileMissing, file: name, message: message, remedy: "quench init")
  }

  /// Reads the file at `path`.
  ///
  /// - Parameter path: An absolute path, or one relative to the process's working directory.
  /// - Throws: ``ConfigurationError`` `file-missing`, `file-unreadable`, `too-large`, or `yaml-syntax` at the first
  ///   byte that is not UTF-8.
  public static func load(_ path: FilePath) throws(ConfigurationError) -> ConfigurationFile {
    guard exists(path) else {
      throw .init(.fileMissing, file: path.string, message: "there is no file \(path)", remedy: "quench init")
    }
    let bytes: Data
    do {
      let values = try URL(fileURLWithPath: path.string).resolvingSymlinksInPath().resourceValues(forKeys: [
        .isRegularFileKey
      ])
      guard values.isRegularFile == true else {
        throw ConfigurationError(
          .fileUnreadable, file: path.string, message: "\(path) is no regular file",
          remedy: "give --config the path of a quench.yml")
      }
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path.string))
      defer { try? handle.close() }
      bytes = try handle.read(upToCount: DocumentLimits.bytes + 1) ?? Data()
    } catch let error as ConfigurationError {
      throw error
    } catch {
      throw .init(
        .fileUnreadable, file: path.string, message: "\(path) can not be read", remedy: "ls -l \(path)", cause: error)
    }
    return ConfigurationFile(path: path, text: try text(of: bytes, file: path.string))
  }

  /// The error that a value of this file cannot be, where only its use shows that.
  ///
  /// - Parameters:
  ///   - keys: The keys that lead to the value, such as `balancer`, `tls` and `key`.
  ///   - reason: What is wrong with it.
  public func error(at keys: [String], _ reason: String) -> ConfigurationError {
    do throws(ConfigurationError) {
      return try FileReading(yaml: text, file: path.string).error(at: keys, reason)
    } catch {
      return error
    }
  }

  /// The text of a file's bytes, which have to be UTF-8.
  ///
  /// - Throws: ``ConfigurationError`` `too-large`, or `yaml-syntax` at the first byte that is not UTF-8.
  public static func text(of bytes: Data, file: String) throws(ConfigurationError) -> String {
    guard bytes.count <= DocumentLimits.bytes else {
      let fault = ConfigurationError.Fault(
        .start, .tooLarge, "the file has more than \(DocumentLimits.bytes) bytes, the most there may be")
      throw .init(file: file, text: SourceText(""), first: fault)
    }
    if let text = String(validating: bytes, as: UTF8.self) {
      return text.first == "\u{FEFF}" ? String(text.dropFirst()) : text
    }
    let repaired = SourceText(String(decoding: bytes, as: UTF8.self))
    let fault = ConfigurationError.Fault(
      repaired.position(of: offsetOfFault(in: bytes)), .yamlSyntax, "the file is not UTF-8 from here on")
    throw .init(file: file, text: repaired, first: fault)
  }

  /// How many scalars come before the first ill-formed sequence.
  private static func offsetOfFault(in bytes: Data) -> Int {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var offset = 0
    while case .scalarValue(let scalar) = decoder.decode(&iterator) {
      // The text that positions are counted in has no byte order mark.
      if offset > 0 || scalar != "\u{FEFF}" { offset += 1 }
    }
    return offset
  }

  /// The error for something in the file that can be read, and yet cannot be here and now.
  ///
  /// - Parameters:
  ///   - places: keys from the outermost inwards; the first of these places that the file has is shown.
  ///   - code: the kind of fault.
  ///   - reason: what is wrong.
  ///   - suggestion: what to write instead, when that can be told.
  public func error(
    at places: [[String]], _ code: ConfigurationError.Code, _ reason: String, suggestion: String? = nil
  ) -> ConfigurationError {
    let text = SourceText(text)
    let entries = (try? Document(parsing: text))?.entries ?? []
    let position = places.lazy.compactMap { Self.position(of: $0[...], in: entries) }.first ?? .start
    return ConfigurationError(
      file: path.string, text: text, first: ConfigurationError.Fault(position, code, reason, suggestion: suggestion))
  }

  private static func position(of keys: ArraySlice<String>, in entries: [YAMLValue.Entry]) -> Position? {
    guard let entry = entries.first(where: { $0.key == keys.first }) else { return nil }
    // An empty value has no place of its own.
    if keys.count == 1 { return entry.value.isNull ? entry.keyPosition : entry.value.position }
    guard case .mapping(let inner) = entry.value.kind else { return nil }
    return position(of: keys.dropFirst(), in: inner)
  }

  private static func exists(_ path: FilePath) -> Bool { FileManager.default.fileExists(atPath: path.string) }

  /// `start` and the folders above it up to `end`; only `start` when it is not within `end`.
  private static func folders(from start: FilePath, to end: FilePath) -> [FilePath] {
    guard start.starts(with: end) else { return [start] }
    var folders = [start]
    var folder = start
    while folder != end, !folder.components.isEmpty {
      folder = folder.removingLastComponent()
      folders.append(folder)
    }
    return folders
  }
}
