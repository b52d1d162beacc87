import Foundation
import QuenchEvidence

/// The key of RFC 8410, section 10, which everybody knows.
enum ExampleKey {
  static let body = "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC"
  static let pem = "-----BEGIN PRIVATE KEY-----\n\(body)\n-----END PRIVATE KEY-----\n"
  static let publicPEM =
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n"
  /// What `openssl pkey -pubin -outform DER | sha256sum` says of the public half.
  static let id = "a1e9156054e04fac899ae9f275132cdc07a5dbc4ea2c2ad3a1ffc6e0d253681f"

  static var signing: SigningKey {
    get throws { try SigningKey(pem: pem, from: "the example") }
  }
}
