/// The wire form of something a statement refers to (in-toto ResourceDescriptor v1): it has a URI, a digest, or both.
struct ResourceDescriptor<Annotations: Codable & Sendable & Hashable>: Codable, Sendable, Hashable {
  var name: String?
  var uri: String?
  var digest: [String: String]?
  var mediaType: String?
  var annotations: Annotations?

  init(
    name: String? = nil, uri: String? = nil, digest: [String: String]? = nil, mediaType: String? = nil,
    annotations: Annotations? = nil
  ) {
    self.name = name
    self.uri = uri
    self.digest = digest
    self.mediaType = mediaType
    self.annotations = annotations
  }
}

/// The annotations of a descriptor that has none.
struct NoAnnotations: Codable, Sendable, Hashable {}
