import Crypto
import Foundation
import Generators
import SystemPackage
import Testing

@testable import QuenchBuild

/// Archives that Quench did not write, under digests that are right.
@Suite struct HostileArchiveTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  func header(_ name: String, _ kind: ArchiveEntry.Kind) -> [UInt8] {
    ArchiveHeader.encode(ArchiveEntry(name: Array(name.utf8), kind: kind))
  }

  func file(_ name: String, _ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    return header(name, .file(size: Int64(bytes.count), isExecutable: false)) + bytes
      + [UInt8](repeating: 0, count: ArchiveHeader.padding(after: Int64(bytes.count)))
  }

  static let end = [UInt8](repeating: 0, count: 1024)

  /// Unpacks bytes under their own digest.
  func unpack(_ bytes: [UInt8], to name: String = "out") throws {
    let archive = scratch.path.appending("hostile.tar")
    try Data(bytes).write(to: URL(filePath: archive.string))
    let digest = ArtifactDigest(hashed: SHA256.hash(data: bytes))
    try ArchiveExtraction(archive: archive, digest: digest).unpack(to: scratch.path.appending(name))
  }

  func expectRefused(_ bytes: [UInt8], _ flaw: String? = nil, sourceLocation: SourceLocation = #_sourceLocation) throws
  {
    let before = try TreeSnapshot(scratch.path)
    let error = #expect(throws: BuildError.self, sourceLocation: sourceLocation) { try unpack(bytes) }
    #expect(error?.code == .artifactMalformed, "\(String(describing: error))", sourceLocation: sourceLocation)
    if let flaw {
      #expect(error?.message.contains(flaw) == true, "\(String(describing: error))", sourceLocation: sourceLocation)
    }
    var names = Set(try TreeSnapshot(scratch.path).entries.keys).subtracting(before.entries.keys)
    names.remove(Array("hostile.tar".utf8))
    #expect(
      names.isEmpty, "left behind: \(names.map { String(decoding: $0, as: UTF8.self) })", sourceLocation: sourceLocation
    )
  }

  @Test func theSameBytesWithoutAFlawAreUnpacked() throws {
    try unpack(header("d", .folder) + file("d/a", "one") + header("l", .link(target: Array("d/a".utf8))) + Self.end)
    #expect(try scratch.read("out/l") == "one")
  }

  @Test(arguments: ["/etc/x", "../x", "a/../../x", "a/..", "./a", "a//b", "."])
  func namesThatLeadElsewhereAreRefused(name: String) throws {
    try expectRefused(file(name, "x") + Self.end)
  }

  @Test(arguments: ["../x", "../../etc/passwd", "a/../../x", ""])
  func linksThatLeadOutAreRefused(target: String) throws {
    try expectRefused(header("l", .link(target: Array(target.utf8))) + Self.end, "link")
  }

  @Test func nothingIsWrittenThroughALink() throws {
    try scratch.folder("victim")
    let target = Array(scratch.path.appending("victim").string.utf8)
    try expectRefused(header("l", .link(target: target)) + file("l/x", "x") + Self.end, "lies in no folder")
    try expectRefused(file("a", "x") + file("a/b", "x") + Self.end, "lies in no folder")
    #expect(try TreeSnapshot(scratch.path.appending("victim")).entries.isEmpty)
  }

  @Test func namesComeOnceAndInOrder() throws {
    try expectRefused(file("a", "1") + file("a", "2") + Self.end, "twice or out of order")
    try expectRefused(file("b", "1") + file("a", "2") + Self.end, "twice or out of order")
  }

  @Test func anArchiveEndsWhereItEnds() throws {
    let good = file("a", "one")
    try expectRefused(good, "no end")
    try expectRefused(good + Self.end.dropLast(512), "no end")
    try expectRefused(good + Self.end.dropLast(512) + good, "half an end")
    try expectRefused(good + Self.end + [0], "bytes after its end")
    try expectRefused(good + Self.end + good + Self.end, "bytes after its end")
    try expectRefused(Array(good.dropLast(512)) + [], "end in the middle")
    try expectRefused([], "no end")
    var padded = good
    padded[padded.count - 1] = 1
    try expectRefused(padded + Self.end, "bytes between")
  }

  @Test func whatTarCanSayAndQuenchDoesNotIsRefused() throws {
    let script = """
      import tarfile, io
      def make(name, change, format=tarfile.USTAR_FORMAT):
        info = tarfile.TarInfo('a'); info.size = 0; info.mode = 0o644; info.mtime = 0
        change(info)
        with tarfile.open(name, 'w', format=format) as t: t.addfile(info, io.BytesIO(b'x' * info.size))
      def hard(i): i.type = tarfile.LNKTYPE; i.linkname = 'b'
      def fifo(i): i.type = tarfile.FIFOTYPE
      def device(i): i.type = tarfile.CHRTYPE; i.devmajor = 1
      make('hard.tar', hard); make('fifo.tar', fifo); make('device.tar', device)
      make('setuid.tar', lambda i: setattr(i, 'mode', 0o4755)); make('owner.tar', lambda i: setattr(i, 'uid', 5))
      make('time.tar', lambda i: setattr(i, 'mtime', 5)); make('user.tar', lambda i: setattr(i, 'uname', 'root'))
      make('gnu.tar', lambda i: setattr(i, 'name', 'a' * 200), tarfile.GNU_FORMAT)
      def pax(i): i.pax_headers = {'SCHILY.xattr.user.x': 'y'}
      make('pax.tar', pax, tarfile.PAX_FORMAT)
      def path(i): i.pax_headers = {'path': '../x'}
      make('path.tar', path, tarfile.PAX_FORMAT)
      """
    try script.write(toFile: scratch.path.appending("make.py").string, atomically: true, encoding: .utf8)
    try Command.run("python3 make.py", in: scratch.path)
    let names = ["hard", "fifo", "device", "setuid", "owner", "time", "user", "gnu", "pax", "path"]
    for name in names {
      let data = try Data(contentsOf: URL(filePath: scratch.path.appending("\(name).tar").string))
      try expectRefused(Array(data))
    }
  }

  /// Any change of an archive is either refused, or makes an archive that is again the only one of its content.
  @Test(arguments: UInt64(1)...8)
  func mutationsAreRefusedOrCanonical(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let source = try scratch.folder("source")
    try scratch.write("source/a", "hello")
    try scratch.write("source/folder/\(String(repeating: "n", count: 120))", "text", executable: true)
    try scratch.link("source/folder/link", to: "../a")
    let archive = scratch.path.appending("good.tar")
    _ = try TreeSnapshot.archive(source, to: archive)
    let good = Array(try Data(contentsOf: URL(filePath: archive.string)))
    for number in 0..<150 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let at = Int.random(in: 0..<max(1, bytes.count), using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0 where !bytes.isEmpty: bytes[at] = UInt8.random(in: 0...255, using: &generator)
        case 1 where !bytes.isEmpty: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2: bytes.removeSubrange(min(at, bytes.count)..<min(at + 512, bytes.count))
        case 3:
          bytes.insert(contentsOf: bytes[(at / 512 * 512)..<min(at / 512 * 512 + 512, bytes.count)], at: at / 512 * 512)
        default: bytes.removeLast(min(bytes.count, Int.random(in: 0..<1024, using: &generator)))
        }
      }
      let name = "out-\(number)"
      do {
        try unpack(bytes, to: name)
        let again = scratch.path.appending("again.tar")
        _ = try TreeSnapshot.archive(scratch.path.appending(name), to: again)
        #expect(Array(try Data(contentsOf: URL(filePath: again.string))) == bytes, "seed \(seed), case \(number)")
      } catch let error as BuildError {
        #expect(error.code == .artifactMalformed, "seed \(seed), case \(number): \(error)")
      }
    }
  }
}
