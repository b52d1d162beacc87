import Foundation
import QuenchDiagnostics
import QuenchGit
import SystemPackage
import Testing

@Suite struct RepositoryTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func opensAWorkingTreeFromAFolderInside() async throws {
    let made = try scratch.repository()
    try made.write("a/b/c.txt", "hello")
    let head = try made.commit("first")
    let repository = try Repository(containing: made.path.appending("a").appending("b"))
    #expect(repository.workDirectory == made.path)
    #expect(repository.gitDirectory == made.path.appending(".git"))
    #expect(repository.commonDirectory == repository.gitDirectory)
    #expect(!repository.isBare)
    #expect(try await repository.headRevision?.id.description == head)
    #expect(await !repository.isShallow)
  }

  @Test func opensABareRepository() async throws {
    let made = try scratch.repository()
    try made.write("a", "1")
    let head = try made.commit("first")
    try made.git("clone", "-q", "--bare", ".", "../bare.git")
    let repository = try Repository(containing: scratch.path.appending("bare.git"))
    #expect(repository.isBare)
    #expect(repository.workDirectory == nil)
    #expect(try await repository.resolve("main").id.description == head)
    #expect(try await !repository.isDirty)
    let report = try await repository.materialise(repository.resolve("HEAD"), into: scratch.slot)
    #expect(report.written == 1)
  }

  @Test func opensALinkedWorktree() async throws {
    let made = try scratch.repository()
    try made.write("a", "1")
    try made.commit("first")
    try made.git("worktree", "add", "-q", "-b", "side", "../linked")
    let linked = ScratchRepository(path: scratch.path.appending("linked"))
    try linked.write("b", "2")
    let side = try linked.commit("second")
    let repository = try linked.open()
    #expect(repository.workDirectory == linked.path)
    #expect(repository.gitDirectory == made.path.pushing(".git/worktrees/linked"))
    #expect(repository.commonDirectory == made.path.appending(".git"))
    #expect(try await repository.headRevision?.id.description == side)
    #expect(try await repository.resolve("HEAD@{1}").id.description == linked.git("rev-parse", "HEAD@{1}"))
    #expect(try await repository.materialise(repository.resolve("HEAD"), into: scratch.slot).written == 2)
  }

  @Test func acceptsExtensionsThatConcernOtherPrograms() async throws {
    let made = try scratch.repository()
    try made.write("a", "1")
    let head = try made.commit("first")
    try made.git("config", "core.repositoryformatversion", "1")
    try made.git("config", "extensions.worktreeConfig", "true")
    try made.git("config", "extensions.partialClone", "origin")
    #expect(try await made.open().resolve("HEAD").id.description == head)
  }

  @Test func saysWhereThereIsNoRepository() throws {
    let error = #expect(throws: GitError.self) { try Repository(containing: scratch.path) }
    #expect(error?.code == .repositoryNotFound)
    #expect(error?.exitStatus == .usage)
    #expect(error?.message.contains(scratch.path.string) == true)
  }

  @Test func anUnbornHeadIsNoRevision() async throws {
    let made = try scratch.repository()
    let repository = try made.open()
    #expect(try await repository.headRevision == nil)
    #expect(try await !repository.isDirty)
    try made.write("a", "1")
    #expect(try await !repository.isDirty)
    try made.git("add", "a")
    #expect(try await repository.isDirty)
  }

  @Test func dirtyMeansTrackedFilesDiffer() async throws {
    let made = try scratch.repository()
    try made.write("a", "1")
    try made.write("b", "2")
    try made.commit("first")
    let repository = try made.open()
    #expect(try await !repository.isDirty)
    try made.write("untracked", "x")
    #expect(try await !repository.isDirty)
    try made.write("a", "3")
    #expect(try await repository.isDirty)
    try made.git("add", "a")
    #expect(try await repository.isDirty)
    try made.git("reset", "-q", "--hard")
    #expect(try await !repository.isDirty)
    try made.remove("b")
    #expect(try await repository.isDirty)
    try made.git("checkout", "-q", "b")
    chmod(made.file("b").string, 0o755)
    #expect(try await repository.isDirty)
  }

  @Test(.enabled(if: getuid() == 0, "only root can give files away"))
  func aForeignRepositoryIsRefusedWithTheCommandThatTrustsIt() async throws {
    let made = try scratch.repository()
    try made.write("a", "1")
    try made.commit("first")
    try Self.giveAway(made.path)
    let error = #expect(throws: GitError.self) { try Repository(containing: made.path) }
    #expect(error?.code == .repositoryForeign)
    #expect(error?.remedy == "git config --global --add safe.directory \(made.path)")
  }

  @Test(.enabled(if: getuid() == 0, "only root can give files away"))
  func aForeignRepositoryInSafeDirectoryIsOpened() async throws {
    let made = try scratch.repository()
    try made.write("a", "1")
    try made.commit("first")
    try Self.giveAway(made.path)
    let home = scratch.path.appending("home")
    try FileManager.default.createDirectory(atPath: home.string, withIntermediateDirectories: true)
    var git = GitCommand(directory: scratch.path)
    git.environment = ["HOME": home.string, "GIT_CONFIG_GLOBAL": home.appending(".gitconfig").string]
    try git("config", "--global", "--add", "safe.directory", made.path.string)
    let paths = [home.string, made.path.string, scratch.slot.path.string]
    // libgit2 looks for the home directory when it starts, so this needs a process of its own.
    await #expect(processExitsWith: .success) { [paths = paths as [String]] in
      setenv("HOME", paths[0], 1)
      let repository = try Repository(containing: FilePath(paths[1]))
      let report = try await repository.materialise(repository.resolve("HEAD"), into: Slot(FilePath(paths[2])))
      try #require(report.written == 1)
    }
  }

  private static func giveAway(_ path: FilePath) throws {
    let manager = FileManager.default
    for name in [""] + (try manager.subpathsOfDirectory(atPath: path.string)) {
      lchown(path.string + (name.isEmpty ? "" : "/" + name), 4711, 4711)
    }
  }
}
