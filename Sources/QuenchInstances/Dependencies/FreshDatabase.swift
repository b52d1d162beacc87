import Foundation

/// A database of an instance's own on a server that was there already, made and dropped by the server's own client.
///
/// The server's address goes to the client by environment variables, never by arguments, which every user can read.
struct FreshDatabase: Sendable, Codable {
  /// The address of the new database: the server's, with another path.
  let url: String
  /// What makes the database.
  let create: String
  /// What drops it, whoever is connected.
  let drop: String
  /// The variables through which the client finds the server; they may hold its password.
  let variables: [String: String]

  /// A database called `name` on the server that `address` names; nil for a server of another kind, which is used as it is.
  init?(name: String, onServerAt address: String) {
    guard var parts = URLComponents(string: address), let host = parts.host else { return nil }
    let database = String(parts.path.drop { $0 == "/" })
    switch parts.scheme {
    case "postgres", "postgresql":
      variables = [
        "PGHOST": host, "PGPORT": "\(parts.port ?? 5432)", "PGUSER": parts.user ?? "postgres",
        "PGPASSWORD": parts.password ?? "", "PGDATABASE": database.isEmpty ? "postgres" : database,
      ]
      create = "exec psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --command='CREATE DATABASE \"\(name)\"'"
      drop =
        "exec psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --command='DROP DATABASE IF EXISTS \"\(name)\" WITH (FORCE)'"
    case "mysql", "mariadb":
      variables = ["MYSQL_PWD": parts.password ?? ""]
      let client =
        "exec mysql --protocol=TCP --host='\(Self.plain(host))' --port=\(parts.port ?? 3306) --user='\(Self.plain(parts.user ?? "root"))'"
      create = "\(client) --execute='CREATE DATABASE `\(name)`'"
      drop = "\(client) --execute='DROP DATABASE IF EXISTS `\(name)`'"
    default:
      return nil
    }
    parts.path = "/\(name)"
    guard let text = parts.string else { return nil }
    url = text
  }

  /// An instance's name as the name of a database: letters, digits and underscores, at most 63 bytes.
  static func name(for instance: String) -> String {
    "quench_" + String(instance.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }.suffix(56))
  }

  /// What of a text may stand in a shell word between single quotes.
  private static func plain(_ text: String) -> String { text.filter { $0 != "'" } }
}
