import Foundation
import QuenchDiagnostics
import QuenchLedger
import QuenchState
import SystemPackage
import Testing

@Suite("Opening the ledger")
struct OpeningTests {
  private func mode(_ path: String) throws -> Int {
    try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
  }

  @Test("The database and its companions are their owner's alone, and in WAL")
  func fileMode() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    try await ledger.record(.example())
    for suffix in ["", "-wal", "-shm"] { #expect(try mode(scratch.file + suffix) == 0o600, "\(suffix)") }
    let journal = try PythonProcess(
      "print(sqlite3.connect(path).execute('PRAGMA journal_mode').fetchone()[0])", path: scratch.file
    ).finish()
    #expect(journal == "wal")
  }

  @Test("What was written is there for the next to open")
  func reopening() async throws {
    let scratch = try Scratch()
    let first = try await scratch.ledger()
    try await first.record(.example())
    try first.close()
    #expect(!FileManager.default.fileExists(atPath: scratch.file + "-wal"), "a closed ledger is one file")
    let second = try await scratch.ledger()
    #expect(try await second.verdict(service: "orders", revision: hex("a")) == .example())
  }

  @Test("A closed ledger refuses to read and write")
  func closed() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    try ledger.close()
    await #expect(throws: LedgerError.self) { try await ledger.record(.example()) }
    await #expect(throws: LedgerError.self) { try await ledger.events() }
  }

  @Test("A database of a later version is refused, and stays as it was")
  func newer() async throws {
    let scratch = try Scratch()
    try await scratch.ledger().close()
    _ = try PythonProcess(
      "c = sqlite3.connect(path); c.execute(\"INSERT INTO grdb_migrations VALUES ('v99')\"); c.commit(); c.close()",
      path: scratch.file
    ).finish()
    let error = await #expect(throws: LedgerError.self) { try await scratch.ledger() }
    #expect(error?.code == .newer)
    #expect(error?.code.rawValue == "ledger-newer")
    #expect(error?.message.contains(scratch.file) == true)
    #expect(error?.remedy?.contains("upgrade quench") == true)
    #expect(error?.exitStatus == .error)
  }

  @Test("A file that is no database is refused, untouched, and the remedy makes room")
  func garbage() async throws {
    let scratch = try Scratch()
    let bytes = Data("This is not a database, whatever its name says.\n".utf8)
    try bytes.write(to: URL(filePath: scratch.file))
    let error = await #expect(throws: LedgerError.self) { try await scratch.ledger() }
    #expect(error?.code == .corrupt)
    #expect(try Data(contentsOf: URL(filePath: scratch.file)) == bytes)
    let remedy = try #require(error?.remedy)
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = ["-c", remedy.replacing("move it aside: ", with: "")]
    shell.standardError = FileHandle.nullDevice
    try shell.run()
    shell.waitUntilExit()
    let ledger = try await scratch.ledger()
    #expect(try await ledger.events().isEmpty)
    #expect(try Data(contentsOf: URL(filePath: scratch.file + ".damaged/ledger.sqlite")) == bytes)
  }

  @Test("A damaged page is reported as damage when it is read")
  func damagedPage() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    for index in 0..<200 { try await ledger.append(LedgerEvent("switch", subject: "cold \(index)")) }
    try ledger.close()
    let file = try FileHandle(forUpdating: URL(filePath: scratch.file))
    let size = try file.seekToEnd()
    try #require(size > 10 * 4096)
    for page in stride(from: 4096 as UInt64, to: size, by: 4096) {
      try file.seek(toOffset: page)
      try file.write(contentsOf: Data(repeating: 0xff, count: 64))
    }
    try file.close()
    let error = await #expect(throws: LedgerError.self) { _ = try await scratch.ledger().events() }
    #expect(error?.code == .corrupt)
  }

  @Test("A folder that cannot be written is named, with a way out")
  func readOnlyDisk() async throws {
    let disk = try ReadOnlyFolder()
    defer { disk.remove() }
    let error = await #expect(throws: LedgerError.self) { try await Ledger(StateDirectory(root: disk.path)) }
    #expect(error?.code == .unwritable)
    #expect(error?.message.contains(disk.path.string) == true)
    #expect(error?.remedy?.contains("QUENCH_HOME") == true)
  }

  @Test("A file in place of the folder is named, with a way out")
  func fileInTheWay() async throws {
    let scratch = try Scratch()
    let file = scratch.state.run.appending("file")
    try Data("x".utf8).write(to: URL(filePath: file.string))
    let error = await #expect(throws: LedgerError.self) { try await Ledger(StateDirectory(root: file)) }
    #expect(error?.code == .unwritable)
  }
}

/// A folder that nothing can be written to: a read-only mount for root, whom modes do not stop, else by its mode.
private struct ReadOnlyFolder {
  private let folder: TemporaryDirectory
  private let mounted: Bool
  var path: FilePath { folder.path.appending("disk") }

  init() throws {
    folder = try TemporaryDirectory()
    let disk = folder.path.appending("disk").string
    try FileManager.default.createDirectory(
      atPath: disk, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o500])
    mounted = geteuid() == 0 && mount("tmpfs", disk, "tmpfs", UInt(MS_RDONLY), nil) == 0
    if geteuid() == 0 && !mounted {
      // Root without the right to mount, in a container say: a kernel's own folder takes no files either.
      try FileManager.default.removeItem(atPath: disk)
      try FileManager.default.createSymbolicLink(atPath: disk, withDestinationPath: "/proc/self")
    }
  }

  func remove() {
    if mounted { umount(path.string) }
    folder.remove()
  }
}
