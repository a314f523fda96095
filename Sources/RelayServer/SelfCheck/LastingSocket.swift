import NIOCore

/// The relay's end of a pair of sockets, which serves one played page after the other: a sealed
/// process gets no new sockets, so what the relay closes here is the page's connection only.
///
/// ```
/// socket ⇄ LastingSocket ⇄ ConnectionHandler      as after the upgrade, without TLS
/// ```
final class LastingSocket: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var context: ChannelHandlerContext?
    private var page: ConnectionHandler?
    private var hasEnded = false

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    var isConnected: Bool { page != nil }

    /// A page connects. The one before has gone.
    func connect(_ handler: ConnectionHandler) throws {
        guard let context, page == nil, !hasEnded else { throw ChannelError.ioOnClosedChannel }
        page = handler
        try context.pipeline.syncOperations.addHandler(handler)
    }

    /// The page's connection is gone, as a network goes: without a word.
    func lose() {
        guard let page, let context else { return }
        self.page = nil
        context.fireChannelInactive()
        context.pipeline.syncOperations.removeHandler(page, promise: nil)
    }

    func close(
        context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?
    ) {
        guard !hasEnded else { return context.close(mode: mode, promise: promise) }
        promise?.succeed()
        // Not from inside of the handler that asks for it.
        context.eventLoop.assumeIsolated().execute { [self, page] in
            if self.page === page { lose() }
        }
    }

    /// The process ends, and with it the socket.
    func end() {
        hasEnded = true
        context?.close(promise: nil)
    }
}

extension ConnectionHandler: RemovableChannelHandler {}
