package import NIOCore
import NIOHTTP1

/// What a connection is until it is a socket: TLS, then HTTP/1.1, then nothing of HTTP.
///
/// ```
/// TLS ⇄ RequestGate ⇄ HTTP parser → RequestHandler        before
/// TLS ⇄ what `attach` installs                            after the upgrade
/// ```
///
/// NIO's `HTTPServerUpgradeHandler` was considered. It looks at the first request of a connection
/// only, takes any `Upgrade` list that contains its protocol, and buffers parsed parts rather than
/// bytes; checking, refusing and handing over here takes less code than working around it.
///
/// Confined to one event loop, and shared by all its connections.
package final class UpgradeChannel {
    package struct Bounds: Sendable {
        /// From the connection to the end of the TLS handshake.
        package var handshakeTime = TimeAmount.seconds(10)
        /// For a request head, from the handshake or from its first byte.
        package var headTime = TimeAmount.seconds(5)
        /// Between an answer and the first byte of the next request.
        package var idleTime = TimeAmount.seconds(15)
        /// For an answer to be taken. The largest file is 1 MiB: 35 KiB a second.
        package var answerTime = TimeAmount.seconds(30)
        /// Requests on one connection. A page load takes about 40 over six connections.
        package var maximumRequestCount = 100

        package init() {}

        var shortestTime: TimeAmount { min(handshakeTime, headTime, idleTime, answerTime) }
    }

    let routes: Routes
    let isDraining: () -> Bool
    let report: (WebIncident) -> Void
    let review: (Review.Question, String?, any EventLoop) -> EventLoopFuture<Review>
    let attach: (any Channel, UpgradedSocket) throws -> Void
    private let wipe: (UnsafeMutableRawBufferPointer) -> Void
    private let limits: ConnectionLimits
    private let bounds: Bounds
    private var hasReportedProxy = false

    /// - Parameters:
    ///   - isDraining: asked for each `/health`.
    ///   - report: hears of what went wrong, in cases and without content.
    ///   - review: looks at a reviewer's token, then answers. By default nobody's is good.
    ///   - wipe: overwrites the memory in which a request came.
    ///   - attach: installs the socket's handlers at the end of the pipeline, synchronously. The
    ///     channel is already active, so they see `handlerAdded` and no `channelActive`. What they
    ///     write goes out behind the 101. If it throws, the connection is closed.
    package init(
        routes: Routes, limits: ConnectionLimits, bounds: Bounds = Bounds(),
        isDraining: @escaping () -> Bool, report: @escaping (WebIncident) -> Void,
        review:
            @escaping (
                Review.Question, String?, any EventLoop
            ) -> EventLoopFuture<Review> = { $2.makeSucceededFuture(.refused(.refused)) },
        wipe: @escaping (UnsafeMutableRawBufferPointer) -> Void = { _ in },
        attach: @escaping (any Channel, UpgradedSocket) throws -> Void
    ) {
        self.wipe = wipe
        self.routes = routes
        self.limits = limits
        self.bounds = bounds
        self.isDraining = isDraining
        self.report = report
        self.review = review
        self.attach = attach
    }

    /// Counts a new connection, until it closes. `nil`, and the connection closed, if it is one too
    /// many: before it costs a handshake.
    package func accept(_ channel: any Channel) -> ConnectionPlace? {
        switch limits.accept(from: channel.remoteAddress, at: channel.eventLoop.now) {
        case .success(let place):
            channel.closeFuture.assumeIsolated().whenComplete { _ in place.leave() }
            return place
        case .failure(let refusal):
            report(.refusedConnection(refusal))
            channel.close(promise: nil)
            return nil
        }
    }

    /// Adds the HTTP handlers, behind the TLS handler that the caller has added.
    package func install(
        on channel: any Channel, at place: ConnectionPlace, expectsTLS: Bool = true
    ) throws {
        let gate = RequestGate(
            expectsTLS: expectsTLS, bounds: bounds,
            refusal: { [routes] status in routes.refusal(status) }, report: report,
            wipe: wipe)
        let parser = ByteToMessageHandler(
            HTTPRequestDecoder(
                leftOverBytesStrategy: .dropBytes, limitConfiguration: UpgradeChannel.parserLimits))
        let requests = RequestHandler(web: self, gate: gate, parser: parser, place: place)
        try channel.pipeline.syncOperations.addHandlers([gate, parser, requests])
    }

    /// The gate's bounds once more, in the parser.
    private static var parserLimits: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = HeadScanner.maximumByteCount
        limits.maxHeaderListSize = HeadScanner.maximumByteCount
        limits.maxHeaderFieldCount = HeadScanner.maximumFieldCount
        return limits
    }

    func noticeProxy(in headers: HTTPHeaders) {
        guard !hasReportedProxy, wasForwarded(headers) else { return }
        hasReportedProxy = true
        report(.proxyInFront)
    }
}

/// What `attach` is told.
package struct UpgradedSocket {
    package let room: RoomName
    /// Call `place.admit()` once the first frame is accepted. It is given back by itself when the
    /// channel closes.
    package let place: ConnectionPlace
}

/// What can go wrong before there is a socket. No case can carry what a client sent.
package enum WebIncident: Hashable, Sendable {
    case refusedConnection(ConnectionRefusal)
    case refusedUpgrade(UpgradeRefusal)
    case malformedRequest
    /// A handshake, a head or the taking of an answer ran out of time.
    case tooSlow
    /// A request came through a proxy that ends TLS. Reported once by an `UpgradeChannel`.
    case proxyInFront
    /// Ours: the socket's handlers could not be installed.
    case attachFailed
}
