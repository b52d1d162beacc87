import Foundation
import NIOCore

/// Cuts a stream into lines, and ends it when one is too long.
final class LineDecoder: ByteToMessageDecoder {
  typealias InboundOut = ByteBuffer

  struct TooLong: Error {}

  private var searched = 0

  func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
    let view = buffer.readableBytesView.dropFirst(searched)
    guard let end = view.firstIndex(of: HeaderBytes.lineFeed) else {
      searched = buffer.readableBytes
      guard searched <= ControlRequest.longestLine else { throw TooLong() }
      return .needMoreData
    }
    searched = 0
    let line = buffer.readSlice(length: end - buffer.readerIndex)
    buffer.moveReaderIndex(forwardBy: 1)
    if let line { context.fireChannelRead(wrapInboundOut(line)) }
    return .continue
  }

  func decodeLast(
    context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
  ) throws -> DecodingState {
    try decode(context: context, buffer: &buffer)
  }
}

/// A connection over the control socket, line by line.
typealias ControlChannel = NIOAsyncChannel<ByteBuffer, ByteBuffer>

extension ControlChannel {
  /// Makes one of a channel, on its event loop.
  static func make(_ channel: any Channel) throws -> ControlChannel {
    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(LineDecoder()))
    return try NIOAsyncChannel(
      wrappingChannelSynchronously: channel,
      configuration: .init(inboundType: ByteBuffer.self, outboundType: ByteBuffer.self))
  }
}

extension ByteBuffer {
  /// The bytes as the coders take them.
  var data: Data { Data(readableBytesView) }
}
