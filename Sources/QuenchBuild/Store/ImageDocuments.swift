import Foundation

/// The JSON documents of an OCI image layout, as far as a build store writes them.
///
/// See the OCI image format specification 1.1: image-layout.md, image-index.md, manifest.md, config.md.
enum ImageDocuments {
  static let layoutName = "oci-layout"
  static let layout = Data(#"{"imageLayoutVersion":"1.0.0"}"#.utf8)
  static let indexName = "index.json"

  static func encode(_ document: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(document)
  }
}

/// Names a blob: what it is, its digest, its size.
struct ImageDescriptor: Codable, Equatable {
  var mediaType: String
  var digest: String
  var size: Int64
  var annotations: [String: String]?
  var platform: ImagePlatform?

  static let manifestType = "application/vnd.oci.image.manifest.v1+json"
  static let configurationType = "application/vnd.oci.image.config.v1+json"
  static let layerType = "application/vnd.oci.image.layer.v1.tar"
}

/// `index.json`: the store's table of contents.
struct ImageIndex: Codable, Equatable {
  var schemaVersion = 2
  var mediaType: String? = "application/vnd.oci.image.index.v1+json"
  var manifests: [ImageDescriptor] = []
  var annotations: [String: String]?
}

/// What an image is made of.
struct ImageManifest: Codable, Equatable {
  var schemaVersion = 2
  var mediaType: String? = ImageDescriptor.manifestType
  var config: ImageDescriptor
  var layers: [ImageDescriptor]
  var annotations: [String: String]?
}

/// The machine an image is for, in Go's words as the specification asks.
struct ImagePlatform: Codable, Equatable {
  var architecture: String
  var os: String
}

/// The image's configuration.
///
/// It says nothing of when it was made, so that equal layers have equal configurations.
struct ImageConfiguration: Codable, Equatable {
  struct RootFileSystem: Codable, Equatable {
    var type = "layers"
    var diffIDs: [String]

    enum CodingKeys: String, CodingKey {
      case type
      case diffIDs = "diff_ids"
    }
  }

  struct Execution: Codable, Equatable {}

  var architecture: String
  var os: String
  var config = Execution()
  var rootfs: RootFileSystem
}
