import NIOCore
import NIOHTTP1

/// The end of the HTTP pipeline: a parsed request in, an answer or an upgrade out.
final class RequestHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let web: UpgradeChannel
    private let gate: RequestGate
    private let parser: ByteToMessageHandler<HTTPRequestDecoder>
    private let place: ConnectionPlace
    private var head: HTTPRequestHead?

    init(
        web: UpgradeChannel, gate: RequestGate, parser: ByteToMessageHandler<HTTPRequestDecoder>,
        place: ConnectionPlace
    ) {
        self.web = web
        self.gate = gate
        self.parser = parser
        self.place = place
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch RequestHandler.unwrapInboundIn(data) {
        case .head(let head):
            // A body is refused without waiting for it: its end may never come.
            if announcesBody(head.headers) {
                answer(head, context)
            } else {
                self.head = head
            }
        case .body:
            break
        case .end:
            guard let head else { return }
            self.head = nil
            answer(head, context)
        }
    }

    /// The parser refuses what the gate let through: a `Content-Length` that is not a number, a
    /// method it does not know, more bytes in fields than its bounds.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        web.report(.malformedRequest)
        let isTooBig = error as? HTTPParserError == .headerOverflow
        gate.send(
            web.routes.refusal(isTooBig ? .requestHeaderFieldsTooLarge : .badRequest),
            withBody: true)
    }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        web.noticeProxy(in: head.headers)
        switch web.routes.answer(head, isDraining: web.isDraining()) {
        case .respond(let response):
            send(response, to: head)
        case .review(let question, let token, let host):
            // The gate waits for the answer, lets nothing through until then, and forgets it when
            // the connection has gone meanwhile.
            web.review(question, token, context.eventLoop).assumeIsolated().whenSuccess {
                [self] review in
                send(web.routes.response(to: review, host: host), to: head)
            }
        case .refuse(let refusal):
            refuse(refusal, head)
        case .upgrade(let upgrade):
            if let refusal = place.becomeSocket(at: context.eventLoop.now) {
                refuse(.connections(refusal), head)
            } else {
                become(upgrade, context)
            }
        }
    }

    private func send(_ response: Response, to head: HTTPRequestHead) {
        var response = response
        // llhttp stops at a request that wants any upgrade, CONNECT included, and the client
        // may ask to close; RFC 9112 §9.3.
        response.closes =
            response.closes || !head.isKeepAlive || head.headers.contains(name: "upgrade")
            || head.method == .CONNECT || announcesBody(head.headers)
        gate.send(response, withBody: head.method != .HEAD)
    }

    private func refuse(_ refusal: UpgradeRefusal, _ head: HTTPRequestHead) {
        web.report(.refusedUpgrade(refusal))
        gate.send(web.routes.refusal(refusal), withBody: head.method != .HEAD)
    }

    /// The parser is on the stack and leaves in the next tick of the loop; the gate holds what
    /// comes until then.
    private func become(_ upgrade: Upgrade, _ context: ChannelHandlerContext) {
        gate.holdForUpgrade()
        let pipeline = context.pipeline.syncOperations
        let socket = UpgradedSocket(room: upgrade.room, place: place)
        pipeline.removeHandler(parser)
            .assumeIsolated()
            .flatMap { pipeline.removeHandler(self) }
            .whenSuccess {
                self.gate.becomeSocket(answer: Response.switchingProtocols(upgrade)) { channel in
                    try self.web.attach(channel, socket)
                }
            }
    }
}
