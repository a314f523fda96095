import NIOCore
import NIOHTTP1
import NIOTLS

/// Lets one request head at a time through to the parser, and keeps the time.
///
/// It stands directly behind TLS. Bytes that belong to later requests, or to the socket after an
/// upgrade, stay here: the parser never sees them, so pipelined requests are answered in order, one
/// at a time, and nothing can be lost or misread when the parser leaves. While a request is being
/// answered nothing more is read, so a connection holds at most one read and one answer.
///
/// A connection has one deadline at any time:
///
/// | phase | ends | after |
/// |:--|:--|--:|
/// | `handshaking` | the TLS handshake is complete | 10 s |
/// | `reading` the first head | its last byte is here | 5 s |
/// | `reading`, nothing of the next head is here | its first byte is | 15 s |
/// | `reading` a later head | its last byte is here | 5 s |
/// | `answering`, `sending` | the answer is with the kernel | 30 s |
final class RequestGate: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case handshaking, reading, answering, sending, upgrading, closing

        var isBusy: Bool {
            self == .answering || self == .sending || self == .upgrading
        }
    }

    private let bounds: UpgradeChannel.Bounds
    private let refusal: (HTTPResponseStatus) -> Response
    private let report: (WebIncident) -> Void
    private let wipe: (UnsafeMutableRawBufferPointer) -> Void

    private var phase: Phase
    private var scanner = HeadScanner()
    /// Bytes that nobody has seen yet: part of a head, or what came behind the one being answered.
    private var held = ByteBuffer()
    private var requestCount = 0
    private var readIsWithheld = false
    private var isPassingHeads = false
    private var deadline = NIODeadline.distantFuture
    /// Looks at the deadline, and again if it came too early: phases are over in milliseconds, and
    /// a timer for each would cost more than they do.
    private var timer: Scheduled<Void>?
    private var context: ChannelHandlerContext?

    init(
        expectsTLS: Bool, bounds: UpgradeChannel.Bounds,
        refusal: @escaping (HTTPResponseStatus) -> Response,
        report: @escaping (WebIncident) -> Void,
        wipe: @escaping (UnsafeMutableRawBufferPointer) -> Void
    ) {
        self.wipe = wipe
        self.bounds = bounds
        self.refusal = refusal
        self.report = report
        phase = expectsTLS ? .handshaking : .reading
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        arm(phase == .handshaking ? bounds.handshakeTime : bounds.headTime)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        held = ByteBuffer()
        self.context = nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted(let negotiated) = event as? TLSUserEvent {
            // RFC 7301 §3.2. Only http/1.1 is offered; a caller that offers more is wrong.
            guard phase == .handshaking, negotiated == nil || negotiated == "http/1.1" else {
                return close(context)
            }
            phase = .reading
            arm(bounds.headTime)
            passHeads(context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase != .closing else { return }
        guard phase != .handshaking else { return close(context) }
        var bytes = RequestGate.unwrapInboundIn(data)
        if phase == .reading, held.readableBytes == 0, requestCount > 0 {
            arm(bounds.headTime)
        }
        if held.readableBytes == 0 {
            held = bytes
        } else {
            held.writeBuffer(&bytes)
        }
        passHeads(context)
    }

    func read(context: ChannelHandlerContext) {
        if phase.isBusy, held.readableBytes > 0 {
            readIsWithheld = true
        } else {
            context.read()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        phase = .closing
        timer?.cancel()
        context.fireChannelInactive()
    }

    /// Whatever TLS or the socket complains about ends the connection. The peer is not told why:
    /// with plain HTTP on the TLS port, or a failed handshake, there is no way to tell it.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        close(context)
    }

    private func passHeads(_ context: ChannelHandlerContext) {
        guard !isPassingHeads else { return }
        isPassingHeads = true
        defer { isPassingHeads = false }
        while phase == .reading, held.readableBytes > 0 {
            switch scanner.scan(held.readableBytesView) {
            case .needsMore:
                return
            case .complete(let byteCount):
                scanner = HeadScanner()
                guard let head = held.readSlice(length: byteCount) else {
                    preconditionFailure("The scanner counts bytes that are there.")
                }
                requestCount += 1
                phase = .answering
                arm(bounds.answerTime)
                context.fireChannelRead(RequestGate.wrapInboundOut(head))
                // It may have had a reviewer's token, and TLS would keep it until the next request.
                // The parser has made its own of all it needs.
                head.withUnsafeReadableBytes {
                    wipe(UnsafeMutableRawBufferPointer(mutating: $0))
                }
            case .refused(let status):
                phase = .answering
                report(.malformedRequest)
                send(refusal(status), withBody: true)
            }
        }
        if !phase.isBusy {
            readOn(context)
        }
    }

    private func readOn(_ context: ChannelHandlerContext) {
        guard readIsWithheld else { return }
        readIsWithheld = false
        context.read()
    }

    /// Sends the answer to the head that was let through last.
    func send(_ response: Response, withBody: Bool) {
        guard phase == .answering, let context else { return }
        phase = .sending
        var response = response
        response.closes = response.closes || requestCount >= bounds.maximumRequestCount
        arm(bounds.answerTime)
        let sent = context.eventLoop.makePromise(of: Void.self)
        let closes = response.closes
        sent.futureResult.assumeIsolated().whenComplete { result in
            switch result {
            case .success: self.answered(closes: closes)
            case .failure: self.close(context)
            }
        }
        let body = withBody ? response.body : ByteBuffer()
        if body.readableBytes > 0 {
            context.write(RequestGate.wrapOutboundOut(response.head()), promise: nil)
            context.writeAndFlush(RequestGate.wrapOutboundOut(body), promise: sent)
        } else {
            context.writeAndFlush(RequestGate.wrapOutboundOut(response.head()), promise: sent)
        }
    }

    private func answered(closes: Bool) {
        guard phase == .sending, let context else { return }
        guard !closes else { return close(context) }
        phase = .reading
        arm(held.readableBytes > 0 ? bounds.headTime : bounds.idleTime)
        passHeads(context)
    }

    /// Keeps everything that comes until `becomeSocket`.
    func holdForUpgrade() {
        precondition(phase == .answering, "An upgrade is the answer to a request.")
        phase = .upgrading
    }

    /// Says 101, lets `attach` put the socket's handlers behind this one, and leaves, handing over
    /// what came behind the request.
    func becomeSocket(answer: ByteBuffer, attach: (any Channel) throws -> Void) {
        guard phase == .upgrading, let context, context.channel.isActive else { return }
        context.write(RequestGate.wrapOutboundOut(answer), promise: nil)
        do {
            try attach(context.channel)
        } catch {
            report(.attachFailed)
            return close(context)
        }
        context.flush()
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    func removeHandler(
        context: ChannelHandlerContext, removalToken: ChannelHandlerContext.RemovalToken
    ) {
        let bytes = held
        held = ByteBuffer()
        if bytes.readableBytes > 0 {
            context.fireChannelRead(RequestGate.wrapInboundOut(bytes))
            context.fireChannelReadComplete()
        }
        readOn(context)
        context.leavePipeline(removalToken: removalToken)
    }

    private func close(_ context: ChannelHandlerContext) {
        guard phase != .closing else { return }
        phase = .closing
        timer?.cancel()
        held = ByteBuffer()
        // TLS waits for the peer's goodbye, so what it sends is still read, and dropped.
        readOn(context)
        context.close(promise: nil)
    }

    private func arm(_ time: TimeAmount) {
        guard let context else { return }
        deadline = context.eventLoop.now + time
        if timer == nil { look(context) }
    }

    /// No phase may take less than the shortest, so whatever begins until then ends later.
    private func look(_ context: ChannelHandlerContext) {
        let eventLoop = context.eventLoop
        let next = min(deadline, eventLoop.now + bounds.shortestTime)
        timer = eventLoop.assumeIsolated().scheduleTask(deadline: next) { [self] in
            timer = nil
            guard let context = self.context else { return }
            if eventLoop.now < deadline { look(context) } else { expire() }
        }
    }

    private func expire() {
        guard let context else { return }
        switch phase {
        case .reading where held.readableBytes > 0:
            // Somebody may be there, and slow. RFC 9110 §15.5.9.
            phase = .answering
            report(.tooSlow)
            send(refusal(.requestTimeout), withBody: true)
        case .reading where requestCount > 0, .closing:
            close(context)
        case .handshaking, .reading, .answering, .sending, .upgrading:
            report(.tooSlow)
            close(context)
        }
    }
}
