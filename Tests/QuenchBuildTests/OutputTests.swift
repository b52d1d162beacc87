import QuenchDiagnostics
import SystemPackage
import Testing

@testable import QuenchBuild

@Suite struct OutputTests {
  let scratch: Scratch
  var tree: FilePath { scratch.path.appending("tree") }

  init() throws {
    scratch = try Scratch()
    try scratch.folder("tree")
  }

  func names(_ outputs: [String]) throws -> [String] {
    try ArtifactContent(of: OutputList(outputs, in: tree)).items.map(\.entry.text)
  }

  func expect(_ code: BuildError.Code, _ parts: [String] = [], for outputs: [String]) {
    let error = #expect(throws: BuildError.self) { try names(outputs) }
    #expect(error?.code == code && error?.remedy != nil, "\(String(describing: error))")
    for part in parts { #expect(error?.message.contains(part) == true, "\(String(describing: error))") }
  }

  @Test func outputsLandUnderTheirLastComponent() throws {
    try scratch.write("tree/.build/x86_64/release/orders", "binary", executable: true)
    try scratch.link("tree/.build/release", to: "x86_64/release")
    try scratch.write("tree/Public/css/a.css", "a")
    #expect(
      try names([".build/release/orders", "./Public/"]) == ["Public", "Public/css", "Public/css/a.css", "orders"])
  }

  @Test func aLinkedFileIsStoredAsTheFile() throws {
    try scratch.write("tree/build/app-1.2", "app", executable: true)
    try scratch.link("tree/app", to: "build/app-1.2")
    let content = try ArtifactContent(of: OutputList(["app"], in: tree))
    #expect(content.items.map(\.entry) == [.init(name: Array("app".utf8), kind: .file(size: 3, isExecutable: true))])
  }

  @Test func aPointIsTheWholeCheckout() throws {
    try scratch.write("tree/b/c", "x")
    try scratch.write("tree/a", "x")
    #expect(try names(["."]) == ["a", "b", "b/c"])
  }

  @Test func aMissingOutputShowsWhatIsThere() throws {
    try scratch.write("tree/.build/debug/orders", "binary")
    try scratch.write("tree/.build/release/orders-cli", "binary")
    try scratch.write("tree/.build/release/other", "binary")
    expect(
      .outputMissing,
      ["`.build/release/orders`", "there is `.build/debug/orders`", "`.build/release` holds `orders-cli`, `other`"],
      for: [".build/release/orders"])
    expect(.outputMissing, ["the checkout holds `.build`"], for: ["build"])
  }

  @Test func aDanglingLinkIsAMissingOutput() throws {
    try scratch.link("tree/app", to: "nowhere")
    expect(.outputMissing, for: ["app"])
  }

  @Test(arguments: ["", "/etc/passwd", "../x", "a/../../x", "a/.."])
  func onlyPathsBelowTheCheckoutAreOutputs(name: String) throws {
    expect(.outputInvalid, for: [name])
    #expect(throws: BuildError.self) { try OutputList.check([name]) }
    #expect(BuildError(.outputInvalid, "").exitStatus == .configuration)
  }

  @Test func outputsOfOneNameCollide() throws {
    try scratch.write("tree/a/app", "1")
    try scratch.write("tree/b/app", "2")
    expect(.outputsCollide, ["`a/app`", "`b/app`"], for: ["a/app", "b/app"])
    expect(.outputsCollide, for: [".", "a"])
    let early = #expect(throws: BuildError.self) { try OutputList.check(["a/app", "b/app"]) }
    #expect(early?.exitStatus == .configuration)
  }

  @Test func nothingOutsideTheCheckoutIsTaken() throws {
    try scratch.write("secret", "s")
    try scratch.link("tree/app", to: "../secret")
    expect(.outputEscapes, [scratch.path.appending("secret").string], for: ["app"])
    try scratch.link("tree/up", to: "..")
    expect(.outputEscapes, for: ["up/secret"])
    try scratch.link("tree/self", to: ".")
    expect(.outputEscapes, for: ["self"])
  }

  @Test func linksStayInsideTheArtifact() throws {
    try scratch.write("tree/packages/lib/index.js", "x")
    try scratch.link("tree/node_modules/lib", to: "../packages/lib")
    try scratch.link("tree/node_modules/absolute", to: tree.appending("node_modules/lib").string)
    try scratch.link("tree/node_modules/python", to: "/usr/bin/python3")
    let items = try ArtifactContent(of: OutputList(["node_modules", "packages"], in: tree)).items
    let targets: [String: ArchiveEntry.Kind] = Dictionary(
      uniqueKeysWithValues: items.map { ($0.entry.text, $0.entry.kind) })
    #expect(targets["node_modules/lib"] == .link(target: Array("../packages/lib".utf8)))
    #expect(targets["node_modules/absolute"] == .link(target: Array("lib".utf8)))
    #expect(targets["node_modules/python"] == .link(target: Array("/usr/bin/python3".utf8)))
    expect(.outputEscapes, ["not part of the artifact"], for: ["node_modules"])
  }

  @Test func aPipeIsNoOutput() throws {
    try scratch.folder("tree/run")
    try Command.run("mkfifo tree/run/pipe", in: scratch.path)
    expect(.outputUnsupported, ["tree/run/pipe"], for: ["run"])
  }
}
