import NIOCore
import Rooms
import WireProtocol

@testable import RelayClient

/// The relay without its sockets: the real rules and the real codec, over queues that a test can
/// cut. It keeps what is held as the real host does, and breaks nothing.
final class TestRelay {
    private(set) var room: Room
    private(set) var now = Instant(nanoseconds: 1)
    private let context: NoticeContext
    private var sockets: [ConnectionID: TestSocket] = [:]
    private var messages: [ConversationID: [Message]] = [:]
    private var receipts: [ReceiptName: [UInt8]] = [:]
    private var cards: [CardName: ClientText] = [:]
    private var lastConnection: UInt64 = 0
    /// What the relay would have counted as a breach of the protocol.
    private(set) var breaches: [String] = []
    private(set) var causes: Set<Rooms.ErasureCause> = []
    private(set) var refusals: Set<String> = []

    private struct Message {
        var slot: Slot
        var number: UInt32
        var bytes: [UInt8]
    }
    private struct ReceiptName: Hashable {
        var conversation: ConversationID
        var kind: ReceiptKind
        var slot: Slot
    }
    private struct CardName: Hashable {
        var visit: VisitID
        var session: ProviderSessionID
    }
    private enum Carried {
        case nothing
        case frame([UInt8])
        case card(ClientText)
        case pairing(PairingText)
    }

    init(limits: Limits = Limits()) {
        room = Room(limits: limits)
        context = NoticeContext(
            room: "cedar", roomName: "Cedar",
            providers: [(name: "rivera", displayName: "Dr Rivera")], limits: limits,
            epochMilliseconds: 1_767_225_600_000)
    }

    // MARK: The outside

    func connect() -> TestSocket {
        lastConnection += 1
        return TestSocket(id: ConnectionID(lastConnection))
    }

    /// The socket is gone: whatever was on its way is lost.
    func lose(_ socket: TestSocket, _ departure: Departure = .lost) {
        guard sockets.removeValue(forKey: socket.id) != nil else { return }
        happen(.disconnected(socket.id, departure))
    }

    /// Lets time pass, waking the room when it asked to be woken.
    func pass(_ duration: Duration) {
        let end = now + duration
        while let deadline = room.nextDeadline, deadline <= end {
            now = max(now, deadline)
            happen(.deadlineReached)
        }
        now = end
    }

    func happen(_ event: Event) { apply(event, .nothing) }

    func receive(_ message: TransportMessage, from socket: TestSocket, source: UInt64) {
        do {
            switch message {
            case .text(let text): try receive(Array(text.utf8), from: socket, source: source)
            case .binary(let bytes): try receive(frame: bytes, from: socket)
            case .closed: break
            }
        } catch {
            breaches.append("\(error): \(message)")
            disconnect(socket.id, .protocolError)
        }
    }

    private func receive(
        _ text: [UInt8], from socket: TestSocket, source: UInt64
    ) throws(ProtocolError) {
        let from = socket.id
        switch try ClientMessage(reading: text) {
        case .checkIn(let secret, let key, let rejoin, let resume):
            sockets[from] = socket
            let entrance = PatientEntrance(
                secret: id(of: secret), pageKey: key, rejoin: rejoin, resume: resume,
                source: SourceID(source), entropy: lastConnection)
            apply(.connected(from, .patient(entrance)), .nothing)
        case .signIn(let secret, let key, _, let resume):
            sockets[from] = socket
            let entrance = ProviderEntrance(
                provider: ProviderID(0), secret: id(of: secret), pageKey: key, resume: resume,
                key: SignInKeyID(0))
            apply(.connected(from, .provider(entrance)), .nothing)
        case .command(let command): apply(.command(command, from: from), .nothing)
        case .card(let session, let revision, let card):
            apply(
                .command(.patient(.card(session: session, revision: revision)), from: from),
                .card(card))
        case .pairing(let command, let text):
            apply(.command(command, from: from), .pairing(text))
        case .ping: socket.inbox.append(.text(text: ServerMessage.pong(at: now, in: context)))
        }
    }

    private func receive(frame bytes: [UInt8], from socket: TestSocket) throws(ProtocolError) {
        guard bytes.count >= FrameHeader.byteCount else { throw .badLength }
        let frame = try header(of: bytes).inbound(frameByteCount: bytes.count)
        apply(.frame(frame, from: socket.id), .frame(bytes))
    }

    /// Random bytes: eight of them are name enough.
    private func id(of secret: PageSecret) -> SecretID {
        SecretID(secret.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    private func header(of bytes: [UInt8]) throws(ProtocolError) -> FrameHeader {
        func word(_ at: Int) -> UInt64 {
            bytes[at..<at + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
        return try FrameHeader(words: (word(0), word(8), word(16)), frameByteCount: bytes.count)
    }

    // MARK: Effects

    private func apply(_ event: Event, _ carried: Carried) {
        var events = [(event, carried)]
        while !events.isEmpty {
            let (event, carried) = events.removeFirst()
            var effects: [Rooms.Effect] = []
            room.handle(event, at: now, into: &effects)
            for effect in effects {
                if case .erase(let id, let cause) = effect {
                    causes.insert(cause)
                    messages[id] = nil
                    receipts = receipts.filter { $0.key.conversation != id }
                    events.append((.wiped(id), .nothing))
                } else {
                    perform(effect, carried)
                }
            }
        }
    }

    private func perform(_ effect: Rooms.Effect, _ carried: Carried) {
        switch (effect, carried) {
        case (.hold(let held), _): hold(held, carried)
        case (.send(let delivery, let to), _): send(delivery, to: to)
        case (.forward(let to), .frame(let bytes)): tell(to, .binary(bytes))
        case (.pass(let passage, let to), .pairing(let text)):
            tell(to, .text(text: ServerMessage.pairing(passage, text)))
        case (.notify(let notice, let to), _): notify(notice, to)
        case (.discard(.of(let visit)), _): cards = cards.filter { $0.key.visit != visit }
        case (.discard(.for(let session)), _): cards = cards.filter { $0.key.session != session }
        case (.disconnect(let id, let closing), _): disconnect(id, closing)
        default: break
        }
    }

    private func disconnect(_ id: ConnectionID, _ closing: Closing) {
        if closing == .protocolError { breaches.append("the rules said so") }
        sockets.removeValue(forKey: id)?.inbox.append(
            .closed(code: CloseCode(closing).rawValue))
    }

    private func tell(_ id: ConnectionID, _ message: TransportMessage) {
        sockets[id]?.inbox.append(message)
    }

    private func hold(_ held: Held, _ carried: Carried) {
        switch (held, carried) {
        case (.message(let id, let sequence), .frame(var bytes)):
            guard let header = try? header(of: bytes) else { return }
            bytes.replaceSubrange(
                20..<24, with: withUnsafeBytes(of: sequence.bigEndian, Array.init))
            messages[id, default: []].append(
                Message(slot: header.slot, number: header.number, bytes: bytes))
        case (.receipt(let id, let kind, let slot), .frame(let bytes)):
            receipts[ReceiptName(conversation: id, kind: kind, slot: slot)] = bytes
        case (.card(let visit, let session), .card(let card)):
            cards[CardName(visit: visit, session: session)] = card
        default: preconditionFailure("an event carries what its effects hold")
        }
    }

    private func send(_ delivery: Rooms.Delivery, to: ConnectionID) {
        switch delivery {
        case .messages(let id, let first, let last, let reader):
            for sequence in first...last { send(sequence, of: id, to: to, reader: reader) }
        case .accepted(let id, let sequence):
            guard let slot = messages[id]?[Int(sequence) - 1].slot else { return }
            send(sequence, of: id, to: to, reader: slot)
        case .receipt(let id, let kind, let slot):
            if let bytes = receipts[ReceiptName(conversation: id, kind: kind, slot: slot)] {
                tell(to, .binary(bytes))
            }
        case .card(let visit, let session, let revision):
            if let card = cards[CardName(visit: visit, session: session)] {
                tell(to, .text(text: ServerMessage.card(card.bytes, revision: revision, of: visit)))
            }
        }
    }

    private func send(
        _ sequence: UInt32, of id: ConversationID, to: ConnectionID, reader: Slot
    ) {
        guard let message = messages[id]?[Int(sequence) - 1] else { return }
        guard message.slot == reader else { return tell(to, .binary(message.bytes)) }
        guard var header = try? header(of: message.bytes) else { return }
        header.kind = .accepted
        tell(to, .binary(control(header)))
    }

    private func notify(_ notice: Rooms.Notice, _ to: ConnectionID) {
        switch notice {
        case .unread(let id, let reader, let epoch, let count, let sequence):
            tell(
                to,
                .binary(
                    control(
                        FrameHeader(
                            kind: .unread, slot: reader, epoch: epoch, number: count,
                            conversation: id, sequence: sequence))))
        case .refusedMessage(_, _, let refusal):
            refusals.insert("\(refusal)".split(separator: "(").first.map(String.init) ?? "")
            tell(to, .text(text: ServerMessage.json(notice, at: now, in: context)))
        case .erased(let id, let cause):
            // Nothing here has a ledger; the client passes on what it is given.
            let receipt = ErasureReceipt(
                id: Array(repeating: 7, count: 16), entry: 1, minute: 29_000_000, messageCount: 2,
                byteCount: 568, proof: Array(repeating: 9, count: 174))
            tell(to, .text(text: ServerMessage.erased(id, cause, receipt)))
        default: tell(to, .text(text: ServerMessage.json(notice, at: now, in: context)))
        }
    }

    private func control(_ header: FrameHeader) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: FrameHeader.controlByteCount)
        bytes.withUnsafeMutableBytes { header.write(into: $0) }
        return bytes
    }
}

/// One connection: what the relay has sent and the page has not read, and the other way round.
final class TestSocket {
    let id: ConnectionID
    var inbox: [TransportMessage] = []
    var outbox: [TransportMessage] = []

    init(id: ConnectionID) { self.id = id }
}

extension TransportMessage {
    static func text(text buffer: ByteBuffer) -> TransportMessage { .text(String(buffer: buffer)) }
}
