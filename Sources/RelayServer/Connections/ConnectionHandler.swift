import Admission
package import NIOCore
package import Rooms
import WireProtocol

/// The inbound half of one socket, and the last handler of its pipeline: bytes to events. After the
/// upgrade there is nothing between TLS and this.
package final class ConnectionHandler: ChannelInboundHandler {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    let connection: Connection
    let host: RoomHost
    private let door: any Door
    private let place: ConnectionPlace

    private var state = State.awaitingFirstFrame
    private var parser = WebSocketParser()
    /// Bytes of a frame that is not complete, or that came while the first one was being checked.
    private var unparsed = ByteBuffer()
    private var rate = SocketRate()
    private let openedAt: NIODeadline
    private var lastHeardAt: NIODeadline
    private var lastPingAt: NIODeadline?
    private var messageBegunAt: NIODeadline?

    private enum State {
        case awaitingFirstFrame
        /// The token is being checked; what follows it waits.
        case beingAdmitted
        case admitted
        /// Our close frame is out; nothing that comes is read any more.
        case closing(since: NIODeadline)
        case closed
    }

    package init(
        id: ConnectionID, host: RoomHost, door: any Door, place: ConnectionPlace
    ) {
        self.host = host
        self.door = door
        self.place = place
        openedAt = host.eventLoop.now
        lastHeardAt = openedAt
        connection = Connection(id: id, table: host.connections)
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        connection.attach(context)
    }

    private var limits: ServerLimits { host.connections.limits }

    // MARK: Reading

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        let arrived = bytes
        defer { wipe(arrived) }
        lastHeardAt = context.eventLoop.now
        switch state {
        case .closing:
            return awaitClose(in: &bytes)
        case .closed:
            return
        case .awaitingFirstFrame, .beingAdmitted, .admitted:
            break
        }
        if unparsed.readableBytes > 0 {
            unparsed.writeBuffer(&bytes)
            swap(&bytes, &unparsed)
            unparsed = ByteBuffer()
        }
        parse(&bytes)
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        host.flushSoon()
    }

    /// TLS decrypts each time into the same memory, and the end of a long message would stay behind
    /// the next short one. It keeps no more than the place of what it has handed over, nor does
    /// anybody here: what is kept was copied.
    private func wipe(_ arrived: ByteBuffer) {
        arrived.withUnsafeReadableBytes {
            host.connections.wipe(UnsafeMutableRawBufferPointer(mutating: $0))
        }
    }

    private func parse(_ bytes: inout ByteBuffer) {
        do throws(ProtocolError) {
            while mayReadOn, let event = try parser.next(from: &bytes) {
                // What begins behind a whole message has its own time.
                if !parser.isInsideMessage { messageBegunAt = nil }
                try take(event)
            }
        } catch {
            fail(error)
        }
        guard !isClosing else { return }
        messageBegunAt =
            bytes.readableBytes > 0 || parser.isInsideMessage ? messageBegunAt ?? lastHeardAt : nil
        guard bytes.readableBytes > 0 else { return }
        guard bytes.readableBytes <= limits.unparsedByteCount else { return close(with: .flood) }
        // A copy: a slice of TLS's buffer would make it allocate another 32 KiB.
        unparsed = ByteBuffer(bytes: bytes.readableBytesView)
    }

    private var mayReadOn: Bool {
        switch state {
        case .awaitingFirstFrame, .admitted: true
        case .beingAdmitted, .closing, .closed: false
        }
    }

    private var isClosing: Bool {
        switch state {
        case .closing, .closed: true
        case .awaitingFirstFrame, .beingAdmitted, .admitted: false
        }
    }

    private func take(_ event: WebSocketEvent) throws(ProtocolError) {
        switch event {
        case .binary(let payload):
            guard isWithinRate(payload.byteCount) else { return }
            try receive(payload)
        case .text(let text):
            guard isWithinRate(text.readableBytes) else { return }
            try receive(ClientMessage(reading: Array(text.readableBytesView)))
        case .ping(let payload):
            guard isWithinRate(payload.readableBytes) else { return }
            connection.control { WebSocketFraming.writePong(payload, into: &$0) }
        case .pong:
            _ = isWithinRate(0)
        case .close(let code):
            peerClosed(code)
        }
    }

    // MARK: The relay path

    private func receive(_ payload: MaskedPayload) throws(ProtocolError) {
        guard case .admitted = state else { throw .badFirstFrame }
        guard let words = payload.headerWords else { throw .badLength }
        let header = try FrameHeader(words: words, frameByteCount: payload.byteCount)
        let frame = try header.inbound(frameByteCount: payload.byteCount)
        host.receive(.frame(frame, from: connection.id), carrying: .frame(payload))
    }

    // MARK: The control plane

    private func receive(_ message: ClientMessage) throws(ProtocolError) {
        switch (state, message) {
        case (.awaitingFirstFrame, .checkIn(let secret, let key, let rejoin, let resume)):
            guard let secret = host.secretID(of: secret.bytes) else {
                return close(with: .relayFull)
            }
            state = .admitted
            enter(
                .patient(
                    PatientEntrance(
                        secret: secret, pageKey: key, rejoin: rejoin, resume: resume,
                        source: place.source, entropy: .random(in: .min ... .max))))
        case (.awaitingFirstFrame, .signIn(let secret, let key, let token, let resume)):
            check(token) { [host] signIn in
                // Only now: a place in the secure heap is not for those who are not admitted.
                host.secretID(of: secret.bytes).map { secret in
                    ProviderEntrance(
                        provider: signIn.provider, secret: secret, pageKey: key, resume: resume,
                        key: signIn.key, tokenIsExpired: signIn.isExpired)
                }
            }
        case (.admitted, .command(let command)):
            host.receive(.command(command, from: connection.id))
        case (.admitted, .card(let session, let revision, let card)):
            let command = PatientCommand.card(session: session, revision: revision)
            host.receive(
                .command(.patient(command), from: connection.id), carrying: .card(card))
        case (.admitted, .pairing(let command, let text)):
            host.receive(.command(command, from: connection.id), carrying: .pairing(text))
        case (.admitted, .ping):
            connection.say(ServerMessage.pong(at: host.now, in: host.context))
            connection.flush(from: host.held)
        default:
            throw .badFirstFrame
        }
    }

    private func enter(_ entrance: Entrance) {
        place.admit()
        host.receive(.connected(connection.id, entrance))
        // The page's secret was on it, and the relay keeps only the digest.
        host.scrubStack()
    }

    /// The one place where a connection waits for a task: checking a signature.
    private func check(
        _ token: ClientText, entrance: @escaping (AdmittedProvider) -> ProviderEntrance?
    ) {
        state = .beingAdmitted
        door.admit(token, to: host.name, on: host.eventLoop).assumeIsolated().whenComplete {
            [self] result in
            guard case .beingAdmitted = state else { return }  // It went away meanwhile.
            switch result {
            case .success(let signIn?):
                guard let entrance = entrance(signIn) else { return close(with: .relayFull) }
                state = .admitted
                enter(.provider(entrance))
                var rest = ByteBuffer()
                swap(&rest, &unparsed)
                parse(&rest)
                host.flush()
            case .success(nil), .failure:
                host.scrubStack()
                close(with: .signInRefused)
            }
        }
    }

    private func isWithinRate(_ byteCount: Int) -> Bool {
        switch rate.take(frame: byteCount, at: lastHeardAt, limits) {
        case .fine:
            return true
        case .warn:
            connection.say(ServerMessage.floodWarning())
            connection.flush(from: host.held)
            return true
        case .flood:
            close(with: .flood)
            return false
        }
    }

    // MARK: Going away

    private func fail(_ error: ProtocolError) {
        host.count(error)
        close(with: error.closeCode)
    }

    /// Sends a close frame and waits a little for the peer's. Nothing it says any more is read.
    func close(with code: CloseCode) {
        guard !isClosing else { return }
        tellRoom(.lost)
        state = .closing(since: host.eventLoop.now)
        unparsed = ByteBuffer()
        connection.control { WebSocketFraming.writeClose(code, into: &$0) }
    }

    /// RFC 6455 §5.5.1: a close frame is answered with one.
    private func peerClosed(_ code: UInt16?) {
        tellRoom(code == CloseCode.goingAway.rawValue ? .goodbye : .lost)
        state = .closed
        connection.control { WebSocketFraming.writeClose(.normal, into: &$0) }
        connection.drop()
    }

    private func awaitClose(in bytes: inout ByteBuffer) {
        unparsed.writeBuffer(&bytes)
        while let event = try? parser.next(from: &unparsed) {
            // Unreadable or not, it is dropped: only the peer's close frame matters now.
            if case .close = event { return drop() }
        }
        if unparsed.readableBytes > limits.unparsedByteCount { drop() }
    }

    private func drop() {
        state = .closed
        connection.drop()
    }

    private func tellRoom(_ departure: Departure) {
        guard case .admitted = state else { return }
        host.receive(.disconnected(connection.id, departure))
        host.flush()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        tellRoom(.lost)
        state = .closed
        unparsed = ByteBuffer()
        connection.detach()
        door.left(connection.id)
        context.fireChannelInactive()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // TLS or the socket failed: there is nobody to tell.
        context.close(promise: nil)
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        connection.writabilityChanged(
            context.channel.isWritable, at: context.eventLoop.now,
            from: isClosing ? nil : host.held)
        context.fireChannelWritabilityChanged()
    }

    // MARK: Time

    func age(at now: NIODeadline) -> TimeAmount { now - openedAt }

    /// Called about once a second: everything about this socket that time decides.
    func tick(at now: NIODeadline) {
        switch state {
        case .closing(let since):
            if now - since >= limits.closeTimeout { drop() }
            return
        case .closed:
            return
        case .awaitingFirstFrame, .beingAdmitted:
            if now - openedAt >= limits.firstFrameTimeout { return close(with: .firstFrameTimeout) }
        case .admitted:
            break
        }
        let silence = now - lastHeardAt
        if silence >= limits.lostAfter { return giveUp() }
        if silence >= limits.pingAfter, lastPingAt.map({ $0 <= lastHeardAt }) ?? true {
            lastPingAt = now
            connection.control { WebSocketFraming.writePing(into: &$0) }
        }
        if let messageBegunAt, isTooSlow(since: messageBegunAt, at: now) {
            return close(with: .framingError)
        }
        if connection.isOverfull { return close(with: .slowReader) }
        if let stalledSince = connection.stalledSince, now - stalledSince >= limits.slowReader {
            return close(with: .slowReader)
        }
        if now - openedAt >= limits.socketAge { close(with: .socketAge) }
    }

    /// A message that has begun goes on, and at some speed.
    private func isTooSlow(since begun: NIODeadline, at now: NIODeadline) -> Bool {
        let arrived = unparsed.readableBytes + parser.joinedByteCount
        let allowed = TimeAmount.seconds(Int64(arrived / limits.slowestBytesPerSecond))
        return now - lastHeardAt >= limits.fragmentGap
            || now - begun >= limits.fragmentGap + allowed
    }

    /// Nobody is there to read a close frame, but somebody may come back to it.
    private func giveUp() {
        close(with: .silent)
        drop()
    }
}
