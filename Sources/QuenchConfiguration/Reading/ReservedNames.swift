/// Names of variables that belong to Quench and that a file can therefore not use.
enum ReservedNames {
  /// Why an instance's environment can not set `name`, or nil when it can.
  static func ofInstance(_ name: String) -> String? {
    name == "PORT" ? "Quench chooses each instance's port" : ofProcess(name)
  }

  /// Why the environment of any process that Quench starts can not set `name`, or nil when it can.
  static func ofProcess(_ name: String) -> String? {
    name.uppercased().hasPrefix("QUENCH_") ? "names that begin with QUENCH_ are set by Quench" : nil
  }

  /// Why the runner's variable `name` can not be let through as a secret, or nil when it can.
  static func ofSecret(_ name: String) -> String? {
    if name == "PORT" { return "Quench chooses each instance's port" }
    guard name.uppercased().hasPrefix("QUENCH_") else { return nil }
    return "Quench's own variables, its signing key and tokens among them, never reach the code under test"
  }
}
