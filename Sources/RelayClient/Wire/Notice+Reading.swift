import SealedChat
import WireProtocol

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The relay said what this client cannot read.
struct NoticeError: Error {}

extension Notice {
    /// `nil` for a type that this client does not know: a newer relay may say more. A member that
    /// it does not know is passed over for the same reason.
    init?(reading text: String) throws(NoticeError) {
        let members: Members
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            members = try decoder.decode(Members.self, from: Data(text.utf8))
        } catch {
            throw NoticeError()
        }
        guard let notice = try Self.read(members) else { return nil }
        self = notice
    }

    private static func read(_ it: Members) throws(NoticeError) -> Notice? {
        switch it.type {
        case "erased": .erased(try need(it.conversation), try receipt(it))
        case "refused": try refusal(it)
        case "expiring":
            .expiring(try need(it.conversation), try word(it.cause), at: try need(it.at))
        case "nearly_full": .nearlyFull(try need(it.conversation))
        case "stopping": .stopping(at: try need(it.at))
        case "pong": .pong(time: try need(it.time))
        case "checked_in": .checkedIn(try checkedIn(it))
        case "provider": .provider(try word(it.status), name: it.name)
        case "position": .position(it.position)
        case "duty":
            .duty(
                session: try need(it.session), suite: try need(it.suite),
                key: try bytes(it.key, PeerKey.byteCount))
        case "off_duty": .offDuty(session: try need(it.session))
        case "conversation": try conversation(it)
        case "offer":
            .offer(
                session: try need(it.session), commit: try bytes(it.commit, 32),
                nonce: try bytes(it.nonce, 32))
        case "visit_over": try visitOver(it)
        default: try providerNotice(it)
        }
    }

    private static func providerNotice(_ it: Members) throws(NoticeError) -> Notice? {
        switch it.type {
        case "signed_in": .signedIn(try signedIn(it))
        case "console_open": .consoleOpen(chats: try need(it.chats))
        case "visit": .visit(try row(it))
        case "card":
            .card(
                visit: try need(it.visit), revision: try need(it.revision),
                sealed: try bytes(it.card))
        case "commit":
            .commit(
                visit: try need(it.visit), pairing: try bytes(it.pairing, 16),
                commit: try bytes(it.commit, 32))
        case "wrap": .wrap(try wrap(it))
        case "box": .box(try word(it.state), it.conversation)
        case "withdrawn": .withdrawn(try need(it.conversation))
        case "ready": .ready
        default: nil
        }
    }

    private static func receipt(_ it: Members) throws(NoticeError) -> ErasureReceipt {
        let milliseconds = try need(it.time)
        return ErasureReceipt(
            id: try bytes(it.receipt, 16), cause: try word(it.cause),
            time: Date(timeIntervalSince1970: Double(milliseconds) / 1_000),
            messageCount: try need(it.messages), byteCount: try need(it.bytes),
            entry: try need(it.entry), proof: try bytes(it.proof))
    }

    private static func refusal(_ it: Members) throws(NoticeError) -> Notice? {
        if let command = it.command {
            // A reason that this client does not know is a reason all the same.
            return .refusedCommand(
                command, it.reason.flatMap(CommandRefusal.init(rawValue:)) ?? .notAllowed)
        }
        return .refusedMessage(
            try need(it.conversation), number: try need(it.number), try word(it.reason),
            retry: it.retryMs.map { .milliseconds($0) })
    }

    private static func conversation(_ it: Members) throws(NoticeError) -> Notice {
        if let session = it.session {
            return .claim(
                conversation: try need(it.conversation), session: session,
                epoch: try need(it.epoch), try word(it.phase))
        }
        return .chat(
            conversation: try need(it.conversation), visit: try need(it.visit),
            epoch: try need(it.epoch), try word(it.phase), ended: it.ended)
    }

    private static func visitOver(_ it: Members) throws(NoticeError) -> Notice {
        guard let visit = it.visit else { return .yourVisitOver(try word(it.reason)) }
        return .visitOver(visit, try word(it.reason), at: try need(it.time))
    }

    private static func checkedIn(_ it: Members) throws(NoticeError) -> CheckedIn {
        CheckedIn(
            isResumed: try need(it.resumed), time: try need(it.time), rejoin: try need(it.rejoin),
            grace: .milliseconds(try need(it.graceMs)),
            rejoinGrace: .milliseconds(try need(it.rejoinMs)))
    }

    private static func signedIn(_ it: Members) throws(NoticeError) -> SignedIn {
        SignedIn(
            session: try need(it.session), isResumed: try need(it.resumed),
            time: try need(it.time), displayName: try need(it.displayName),
            room: try need(it.room), status: try word(it.status),
            grace: .milliseconds(try need(it.graceMs)))
    }

    private static func row(_ it: Members) throws(NoticeError) -> VisitRow {
        VisitRow(
            visit: try need(it.visit), key: try bytes(it.key, PeerKey.byteCount),
            arrived: try need(it.arrived), presence: try word(it.presence),
            since: try need(it.since), hasRejoined: try need(it.rejoined),
            holder: try word(it.heldBy), provider: it.provider, isInCall: try need(it.inCall),
            pending: try need(it.pending), conversation: it.conversation)
    }

    private static func wrap(_ it: Members) throws(NoticeError) -> Wrap {
        Wrap(
            conversation: try need(it.conversation), commit: try bytes(it.commit, 32),
            nonce: try bytes(it.nonce, 32), first: try need(it.first), last: try need(it.last),
            check: try bytes(it.check, 32), sealed: try bytes(it.sealed))
    }

    // MARK: Members

    private static func need<T>(_ member: T?) throws(NoticeError) -> T {
        guard let member else { throw NoticeError() }
        return member
    }

    private static func word<T: RawRepresentable<String>>(_ text: String?) throws(NoticeError) -> T
    {
        guard let text, let word = T(rawValue: text) else { throw NoticeError() }
        return word
    }

    /// base64url, of exact length where one is given.
    private static func bytes(_ text: String?, _ count: Int? = nil) throws(NoticeError) -> [UInt8] {
        guard let bytes = text.flatMap({ Base64URL.decode(Array($0.utf8)) }),
            count == nil || bytes.count == count
        else { throw NoticeError() }
        return bytes
    }
}

/// Every member of every notice. Which of them are needed depends on the type.
private struct Members: Decodable {
    var type: String
    var at, ended, time, arrived, since: Int64?
    var chats, position, pending, messages, bytes: Int?
    var entry: UInt64?
    var graceMs, rejoinMs, retryMs: Int64?
    var conversation, session, visit, number, revision, suite: UInt32?
    var epoch, first, last: UInt16?
    var resumed, rejoined, inCall: Bool?
    var cause, command, displayName, heldBy, name, phase, presence, provider, reason, rejoin,
        room, state, status: String?
    var card, check, commit, key, nonce, pairing, proof, receipt, sealed: String?
}
