import FoundationEssentials
import Glibc
import NIOCore

/// One connection to the control socket: one line in, one answer out. The socket has mode 0600, and
/// the peer must be this user or root all the same.
///
/// | line | answer |
/// |:--|:--|
/// | `status` | what is held, in counts, as one line of JSON |
/// | `ledger` | the ledger of erasures, signed, as JSON |
/// | `disclose` | what this process could hand over: counts, sizes, ages, handles, as JSON |
/// | `disclose raw` | what is held, byte for byte (`RawDump`) |
/// | `drain SECONDS` | stops when nobody is left, and takes nobody new: the status, as JSON |
final class ControlHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let longestLine = 64
    /// A reader that takes nothing for this long is closed: it holds a copy of what may be erased.
    private static let slowReader = TimeAmount.seconds(10)

    private let answer: (ControlQuestion) -> ControlAnswer
    private var line = ByteBuffer()
    private var isTrusted: Bool?
    private var hasAnswered = false

    init(answer: @escaping (ControlQuestion) -> ControlAnswer) {
        self.answer = answer
    }

    func handlerAdded(context: ChannelHandlerContext) {
        guard let options = context.channel as? any SocketOptionProvider else {
            return context.close(promise: nil)
        }
        let peer: EventLoopFuture<PeerCredential> = options.unsafeGetSocketOption(
            level: .socket, name: .init(rawValue: SO_PEERCRED))
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        peer.hop(to: context.eventLoop).assumeIsolated().whenComplete { [self] result in
            let user = try? result.get().uid
            isTrusted = user == geteuid() || user == 0
            answerIfComplete(context.value)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        guard !hasAnswered else { return }
        line.writeBuffer(&bytes)
        answerIfComplete(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answerIfComplete(_ context: ChannelHandlerContext) {
        guard let isTrusted, !hasAnswered else { return }
        guard isTrusted, line.readableBytes <= Self.longestLine else {
            return context.close(promise: nil)
        }
        guard let end = line.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else { return }
        hasAnswered = true
        let command = String(decoding: line.readableBytesView[..<end], as: UTF8.self)
        guard let question = ControlQuestion(command) else {
            return finish(Data("{\"error\":\"unknown command\"}".utf8), context)
        }
        switch answer(question) {
        case .text(let write):
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.eventLoop.makeFutureWithTask { try write() }.assumeIsolated()
                .whenComplete { [self] result in
                    // Without an answer there is no line end, which the other side notices.
                    guard let text = try? result.get() else {
                        return bound.value.close(promise: nil)
                    }
                    finish(text, bound.value)
                }
        case .stream(let dump):
            send(dump, context)
        }
    }

    private func finish(_ text: Data, _ context: ChannelHandlerContext) {
        var answer = ByteBuffer(bytes: text)
        answer.writeString("\n")
        context.writeAndFlush(wrapOutboundOut(answer)).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }

    /// Chunk by chunk: the next one is copied when the last one was taken.
    private func send(_ dump: RawDump, _ context: ChannelHandlerContext) {
        guard let chunk = dump.next() else { return context.close(promise: nil) }
        let impatience = context.eventLoop.assumeIsolated().scheduleTask(in: Self.slowReader) {
            context.close(promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(chunk)).assumeIsolated().whenComplete {
            [self] result in
            impatience.cancel()
            switch result {
            case .success: send(dump, context)
            case .failure: context.close(promise: nil)
            }
        }
    }
}

/// `struct ucred` of `unix(7)`, which glibc shows only to GNU sources.
private struct PeerCredential: Sendable {
    var pid: pid_t
    var uid: uid_t
    var gid: gid_t
}
