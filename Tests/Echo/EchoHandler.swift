import NIOCore
import WireProtocol

/// The relay's codec between a client and itself: what is heard is said. It goes away as a
/// connection of the relay does: its own close frame on a mistake, an answer to the peer's, nothing
/// read behind either.
final class EchoHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The largest cases of section 9 have 16 MiB, or 4 MiB in 65,536 fragments.
    private static var lifted: WebSocketParser.Bounds {
        var bounds = WebSocketParser.Bounds()
        bounds.text = 64 << 20
        bounds.binary = 64 << 20
        bounds.fragments = .max
        bounds.smallestFragment = 0
        return bounds
    }

    private var parser = WebSocketParser(bounds: EchoHandler.lifted)
    private var unparsed = ByteBuffer()
    private var isClosing = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        unparsed.writeBuffer(&bytes)
        if isClosing { return awaitClose(context) }
        do throws(ProtocolError) {
            while !isClosing, let event = try parser.next(from: &unparsed) {
                answer(event, context)
            }
        } catch {
            isClosing = true
            unparsed.clear()
            var closing = ByteBuffer()
            WebSocketFraming.writeClose(error.closeCode, into: &closing)
            context.writeAndFlush(wrapOutboundOut(closing), promise: nil)
            let context = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: .seconds(2)) {
                context.value.close(promise: nil)
            }
        }
        unparsed.discardReadBytes()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(_ event: WebSocketEvent, _ context: ChannelHandlerContext) {
        var answer = ByteBuffer()
        switch event {
        case .text(let text): write(text, opcode: 1, into: &answer)
        case .binary(let payload): write(payload.unmasked(), opcode: 2, into: &answer)
        case .ping(let payload): WebSocketFraming.writePong(payload, into: &answer)
        case .pong: return
        case .close:
            isClosing = true
            WebSocketFraming.writeClose(.normal, into: &answer)
            context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
            return context.close(promise: nil)
        }
        context.write(wrapOutboundOut(answer), promise: nil)
    }

    /// The relay itself says nothing longer than 65,535 bytes.
    private func write(_ payload: ByteBuffer, opcode: UInt8, into answer: inout ByteBuffer) {
        switch payload.readableBytes {
        case ...0xFFFF where opcode == 1:
            return WebSocketFraming.writeText(payload, into: &answer)
        case ...125: answer.writeBytes([0x80 | opcode, UInt8(payload.readableBytes)])
        case ...0xFFFF:
            answer.writeBytes([0x80 | opcode, 126])
            answer.writeInteger(UInt16(payload.readableBytes))
        default:
            answer.writeBytes([0x80 | opcode, 127])
            answer.writeInteger(UInt64(payload.readableBytes))
        }
        answer.writeImmutableBuffer(payload)
    }

    private func awaitClose(_ context: ChannelHandlerContext) {
        while let event = try? parser.next(from: &unparsed) {
            if case .close = event { return context.close(promise: nil) }
        }
    }
}
