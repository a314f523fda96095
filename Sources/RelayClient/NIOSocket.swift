import NIOCore
import NIOWebSocket

/// One upgraded connection.
final class NIOSocket: TransportSocket {
    /// A frame has at most 16,408 bytes, a notice far less than this.
    static let largestMessage = 1 << 16

    let messages: AsyncStream<TransportMessage>
    private let channel: any Channel
    private let hearing: AsyncStream<TransportMessage>.Continuation

    private init(_ channel: any Channel) {
        self.channel = channel
        (messages, hearing) = AsyncStream.makeStream()
    }

    static func add(to channel: any Channel) throws -> NIOSocket {
        let socket = NIOSocket(channel)
        try channel.pipeline.syncOperations.addHandlers([
            NIOWebSocketFrameAggregator(
                minNonFinalFragmentSize: 1, maxAccumulatedFrameCount: 16,
                maxAccumulatedFrameSize: largestMessage),
            Listener(hearing: socket.hearing),
        ])
        return socket
    }

    func send(_ message: TransportMessage) async {
        let frame: WebSocketFrame
        switch message {
        case .text(let text): frame = self.frame(.text, ByteBuffer(string: text))
        case .binary(let bytes): frame = self.frame(.binary, ByteBuffer(bytes: bytes))
        case .closed: return
        }
        // A socket that is gone says so by itself.
        try? await channel.writeAndFlush(frame)
    }

    func close() async {
        hearing.finish()
        var code = ByteBuffer()
        code.write(webSocketErrorCode: .normalClosure)
        try? await channel.writeAndFlush(frame(.connectionClose, code))
        try? await channel.close()
    }

    /// Every frame of a client is masked (RFC 6455 §5.3).
    private func frame(_ opcode: WebSocketOpcode, _ data: ByteBuffer) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
    }
}

/// Hands on what comes in, and answers pings.
private final class Listener: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let hearing: AsyncStream<TransportMessage>.Continuation
    private var code: UInt16?

    init(hearing: AsyncStream<TransportMessage>.Continuation) {
        self.hearing = hearing
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        var payload = frame.unmaskedData
        switch frame.opcode {
        case .text: hearing.yield(.text(String(buffer: payload)))
        case .binary: hearing.yield(.binary(Array(buffer: payload)))
        case .ping: answer(.pong, payload, context)
        case .connectionClose:
            code = payload.readInteger()
            answer(.connectionClose, frame.unmaskedData, context)
            context.close(promise: nil)
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        hearing.yield(.closed(code: code))
        hearing.finish()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(
        _ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext
    ) {
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }
}
