import FoundationEssentials
import Glibc
import NIOCore

/// One connection to the control socket: one line in, one line out. The socket has mode 0600, and
/// the peer must be this user or root all the same.
///
/// | line | answer |
/// |:--|:--|
/// | `status` | what is held, in counts, as one line of JSON |
final class ControlHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let longestLine = 64

    private let status: () -> Status
    private var line = ByteBuffer()
    private var isTrusted: Bool?

    init(status: @escaping () -> Status) {
        self.status = status
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
        line.writeBuffer(&bytes)
        answerIfComplete(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answerIfComplete(_ context: ChannelHandlerContext) {
        guard let isTrusted else { return }
        guard isTrusted, line.readableBytes <= Self.longestLine else {
            return context.close(promise: nil)
        }
        guard let end = line.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else { return }
        let command = String(decoding: line.readableBytesView[..<end], as: UTF8.self)
        var answer = ByteBuffer()
        switch command {
        case "status":
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            if let json = try? encoder.encode(status()) { answer.writeBytes(json) }
        default:
            answer.writeString("{\"error\":\"unknown command\"}")
        }
        answer.writeString("\n")
        context.writeAndFlush(wrapOutboundOut(answer)).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }
}

/// `struct ucred` of `unix(7)`, which glibc shows only to GNU sources.
private struct PeerCredential: Sendable {
    var pid: pid_t
    var uid: uid_t
    var gid: gid_t
}
