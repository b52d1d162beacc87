import Foundation
import SystemPackage
import Testing

@testable import QuenchBuild

@Suite struct ArchiveTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  func unpack(_ archive: FilePath, _ digest: ArtifactDigest, to name: String) throws -> FilePath {
    let destination = scratch.path.appending(name)
    try ArchiveExtraction(archive: archive, digest: digest).unpack(to: destination)
    return destination
  }

  @Test(arguments: UInt64(1)...24)
  func anyTreeComesOutAsItWentIn(seed: UInt64) throws {
    let source = try scratch.folder("source")
    var tree = RandomTree(seed: seed)
    try tree.fill(source)
    let archive = scratch.path.appending("a.tar")
    let digest = try TreeSnapshot.archive(source, to: archive)
    let unpacked = try unpack(archive, digest, to: "unpacked")
    #expect(try TreeSnapshot(unpacked) == TreeSnapshot(source), "seed \(seed)")
    #expect(try TreeSnapshot.archive(unpacked, to: scratch.path.appending("b.tar")) == digest, "seed \(seed)")
  }

  @Test(arguments: UInt64(30)...35)
  func otherReadersSeeTheSame(seed: UInt64) throws {
    let source = try scratch.folder("source")
    var tree = RandomTree(seed: seed)
    try tree.fill(source)
    _ = try TreeSnapshot.archive(source, to: scratch.path.appending("a.tar"))
    try scratch.folder("tar")
    try Command.run("tar xf a.tar -C tar --no-same-owner", in: scratch.path)
    #expect(try TreeSnapshot(scratch.path.appending("tar")) == TreeSnapshot(source), "seed \(seed)")
    let listing = try Command.run("tar tvf a.tar --utc --full-time --numeric-owner", in: scratch.path)
    for line in listing.split(separator: "\n") where !line.isEmpty {
      #expect(line.contains(" 0/0 ") && line.contains("1970-01-01 00:00:00"), "\(line)")
      #expect(["drwxr-xr-x", "-rw-r--r--", "-rwxr-xr-x", "lrwxrwxrwx"].contains(String(line.prefix(10))), "\(line)")
    }
    let script = """
      import tarfile, os, sys
      members = tarfile.open('a.tar').getmembers()
      names = [os.fsencode(m.name) for m in members]
      assert names == sorted(names), names
      found = sorted(os.path.join(d, n)[len(b'source/'):] for d, ds, fs in os.walk(b'source') for n in ds + fs)
      assert names == found, (names, found)
      for m in members:
        assert (m.uid, m.gid, m.uname, m.gname, m.mtime) == (0, 0, '', '', 0), m
        if m.isreg():
          assert tarfile.open('a.tar').extractfile(m).read() == open(b'source/' + os.fsencode(m.name), 'rb').read(), m
        if m.issym(): assert m.linkname == os.readlink(os.path.join('source', m.name)), m
      """
    try script.write(toFile: scratch.path.appending("check.py").string, atomically: true, encoding: .utf8)
    try Command.run("python3 check.py", in: scratch.path)
  }

  @Test func timesOwnersAndTheOrderOfMakingDoNotMatter() throws {
    for (folder, names) in [("one", ["a", "b/c", "d"]), ("two", ["d", "b/c", "a"])] {
      for name in names { try scratch.write("\(folder)/\(name)", name) }
    }
    try Command.run("touch -d 2001-01-01 two/a two/b && chmod 600 two/d && chown 12:34 two/a || true", in: scratch.path)
    let digests = try ["one", "two"].map {
      try TreeSnapshot.archive(scratch.path.appending($0), to: scratch.path.appending("\($0).tar"))
    }
    #expect(digests[0] == digests[1])
    let sum = try Command.run("sha256sum < one.tar", in: scratch.path)
    #expect(sum.hasPrefix(digests[0].description))
  }

  @Test func unpackedFilesAreReadOnlyAndKeepTheirExecutableBits() throws {
    try scratch.write("source/program", "x", executable: true)
    try scratch.write("source/folder/text", "y")
    let archive = scratch.path.appending("a.tar")
    let unpacked = try unpack(archive, TreeSnapshot.archive(scratch.path.appending("source"), to: archive), to: "out")
    let modes = try ["program", "folder/text", "folder"].map {
      try FolderListing.status(of: unpacked.pushing(FilePath($0))).st_mode & 0o777
    }
    #expect(modes[0] == 0o555 && modes[1] == 0o444 && modes[2] & 0o700 == 0o700)
  }

  @Test(arguments: [0, (1 << 33) - 1, 1 << 33, 1 << 40] as [Int64])
  func sizesBeyondEightGibibytesAreSaid(size: Int64) throws {
    let entry = ArchiveEntry(name: Array("big".utf8), kind: .file(size: size, isExecutable: false))
    let bytes = ArchiveHeader.encode(entry)
    #expect(bytes.count == (size < 1 << 33 ? 512 : 1536))
    let records = size < 1 << 33 ? [] : Array(bytes[512..<1024].prefix { $0 != 0 })
    #expect(try ArchiveHeader.decode(Array(bytes.suffix(512)), records: records) == entry)
    try Data(bytes).write(to: URL(filePath: scratch.path.appending("big.tar").string))
    let seen = try Command.run(
      "python3 -c \"import tarfile; print(tarfile.TarFile.open('big.tar').next().size)\"", in: scratch.path)
    #expect(seen == "\(size)\n")
  }

  @Test func anEmptyArtifactIsAnArtifact() throws {
    let source = try scratch.folder("source")
    let archive = scratch.path.appending("a.tar")
    let unpacked = try unpack(archive, TreeSnapshot.archive(source, to: archive), to: "out")
    #expect(try TreeSnapshot(unpacked).entries.isEmpty)
  }
}
