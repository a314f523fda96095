package import Rooms

/// What a page says in a text frame. `docs/protocol.md`, "Commands". Mirrored by
/// `Sources/Web/relay/messages.js`.
package enum ClientMessage: Hashable, Sendable {
    case checkIn(PageSecret, PageKey, rejoin: RejoinCode?, resume: [ResumePoint]?)
    case signIn(PageSecret, PageKey, token: ClientText, resume: [ResumePoint]?)
    case command(Command)
    /// The sealed card in base64url, which the relay passes on as it came.
    case card(session: ProviderSessionID, revision: UInt32, ClientText)
    /// A step of pairing, and what it says.
    case pairing(Command, PairingText)
    case ping

    /// Conversations that a page may name when it resumes: as many as fit in a text frame.
    package static let mostResumePoints = 160
    package static let mostPending = Limits().pendingMessages
    /// The only suite there is: P-256, HKDF-SHA256, AES-256-GCM.
    package static let suite = 1
    /// A sealed card in bytes: `enc`, and one of four lengths of ciphertext.
    package static let cardByteCounts = [577, 1_089, 2_113, 4_161]

    /// Reads one command. Unknown types, missing, unknown and repeated members are errors: a member
    /// that nobody reads would be a place to store things.
    package init(reading bytes: [UInt8]) throws(ProtocolError) {
        var members = try Members(try JSONReader.read(bytes))
        let type = try members.text("type")
        self = try Self.read(type, &members)
        try members.end()
    }

    private static func read(
        _ type: String, _ members: inout Members
    ) throws(ProtocolError) -> ClientMessage {
        switch type {
        case "check_in":
            .checkIn(
                try members.secret("session"), try members.pageKey(),
                rejoin: try members.rejoinCode("rejoin"),
                resume: try members.resumePoints("resume"))
        case "sign_in":
            .signIn(
                try members.secret("session"), try members.pageKey(),
                token: try members.token("token"),
                resume: try members.resumePoints("resume"))
        case "card":
            .card(
                session: ProviderSessionID(try members.handle("session")),
                revision: try members.handle("revision"), try members.card("card"))
        case "commit":
            .pairing(
                .patient(.commit(session: ProviderSessionID(try members.handle("session")))),
                .commit(
                    pairing: try members.sealed("pairing", 16),
                    commit: try members.sealed("commit", 32)))
        case "wrap":
            .pairing(
                .patient(.wrap(try members.conversation("conversation"))),
                .wrap(
                    commit: try members.sealed("commit", 32),
                    nonce: try members.sealed("nonce", 32),
                    first: try members.epoch("first"), last: try members.epoch("last"),
                    check: try members.sealed("check", 32),
                    sealed: try members.sealed("sealed", 113)))
        case "offer":
            .pairing(
                .provider(.offer(VisitID(try members.handle("visit")))),
                .offer(
                    commit: try members.sealed("commit", 32),
                    nonce: try members.sealed("nonce", 32)))
        case "ping": .ping
        case "pending":
            .command(.patient(.pending(count: try members.count("count", atMost: mostPending))))
        case "rejoin_shown": .command(.patient(.rejoinShown))
        case "presence":
            .command(.patient(.presence(isVisible: try members.boolean("visible"))))
        case "leave": .command(.patient(.leave))
        default: .command(.provider(try providerCommand(type, &members)))
        }
    }

    private static func providerCommand(
        _ type: String, _ members: inout Members
    ) throws(ProtocolError) -> ProviderCommand {
        switch type {
        case "supersede": .supersede
        case "pair": .pair(VisitID(try members.handle("visit")))
        case "open_chat": .openChat(VisitID(try members.handle("visit")))
        case "show_chat": .showChat(try members.conversation("conversation"))
        case "minimise_chat": .minimiseChat(try members.conversation("conversation"))
        case "close_chat": .closeChat(try members.conversation("conversation"))
        case "end_chat": .endChat(try members.conversation("conversation"))
        case "start_call":
            .startCall(
                VisitID(try members.handle("visit")), ends: try members.conversationOrNull("ends"))
        case "end_call":
            .endCall(
                try members.conversation("conversation"),
                try members.choice("outcome", ["finish": .finish, "queue": .queue]))
        case "remove_visit": .removeVisit(VisitID(try members.handle("visit")))
        case "set_status":
            .setStatus(
                try members.choice(
                    "status", ["available": .available, "away": .away, "closed": .closed]))
        case "copied": .copied(try members.conversation("conversation"))
        case "keep_open": .keepOpen(try members.conversation("conversation"))
        case "wipe": .wipe
        case "bye": .bye
        case "sign_out": .signOut
        default: throw .badCommand
        }
    }
}

/// The 32 bytes that a page made when it loaded. Not printable; not kept.
package struct PageSecret: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    package let bytes: [UInt8]

    package var description: String { "‹page secret›" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Hands out the members of one command, each once, and complains about what is left.
private struct Members {
    private var members: [JSONValue.Member]

    init(_ value: JSONValue) throws(ProtocolError) {
        guard case .object(let members) = value else { throw .badCommand }
        self.members = members
    }

    func end() throws(ProtocolError) {
        guard members.isEmpty else { throw .badCommand }
    }

    private mutating func take(_ name: String) -> JSONValue? {
        guard let place = members.firstIndex(where: { $0.name.elementsEqual(name.utf8) }) else {
            return nil
        }
        return members.remove(at: place).value
    }

    private mutating func bytes(_ name: String) throws(ProtocolError) -> [UInt8] {
        guard case .string(let bytes) = take(name) else { throw .badCommand }
        return bytes
    }

    mutating func text(_ name: String) throws(ProtocolError) -> String {
        String(decoding: try bytes(name), as: UTF8.self)
    }

    mutating func integer(_ name: String) throws(ProtocolError) -> Int {
        guard case .integer(let number) = take(name) else { throw .badCommand }
        return number
    }

    mutating func count(_ name: String, atMost most: Int) throws(ProtocolError) -> Int {
        let count = try integer(name)
        guard (0...most).contains(count) else { throw .badCommand }
        return count
    }

    mutating func boolean(_ name: String) throws(ProtocolError) -> Bool {
        guard case .boolean(let value) = take(name) else { throw .badCommand }
        return value
    }

    /// An opaque number: 1 ..< 2³².
    mutating func handle(_ name: String) throws(ProtocolError) -> UInt32 {
        guard let handle = UInt32(exactly: try integer(name)), handle > 0 else { throw .badCommand }
        return handle
    }

    mutating func conversation(_ name: String) throws(ProtocolError) -> ConversationID {
        ConversationID(try handle(name))
    }

    mutating func conversationOrNull(_ name: String) throws(ProtocolError) -> ConversationID? {
        switch take(name) {
        case .null: return nil
        case .integer(let number):
            guard let handle = UInt32(exactly: number), handle > 0 else { throw .badCommand }
            return ConversationID(handle)
        default: throw .badCommand
        }
    }

    mutating func choice<T>(
        _ name: String, _ choices: KeyValuePairs<String, T>
    ) throws(ProtocolError) -> T {
        let text = try text(name)
        guard let choice = choices.first(where: { $0.key == text }) else { throw .badCommand }
        return choice.value
    }

    mutating func secret(_ name: String) throws(ProtocolError) -> PageSecret {
        guard let secret = Base64URL.decode(try bytes(name)), secret.count == 32 else {
            throw .badCommand
        }
        return PageSecret(bytes: secret)
    }

    mutating func token(_ name: String) throws(ProtocolError) -> ClientText {
        // `Admission` bounds it, and refuses it as a token.
        ClientText(try bytes(name))
    }

    mutating func card(_ name: String) throws(ProtocolError) -> ClientText {
        let card = try bytes(name)
        guard ClientMessage.cardByteCounts.contains(card.count * 3 / 4), Base64URL.isValid(card)
        else { throw .badCommand }
        return ClientText(card)
    }

    /// Something of the pages' own, in base64url, which the relay passes on as it came.
    mutating func sealed(_ name: String, _ byteCount: Int) throws(ProtocolError) -> ClientText {
        let text = try bytes(name)
        guard text.count * 3 / 4 == byteCount, Base64URL.isValid(text) else { throw .badCommand }
        return ClientText(text)
    }

    mutating func epoch(_ name: String) throws(ProtocolError) -> UInt16 {
        guard let epoch = UInt16(exactly: try integer(name)) else { throw .badCommand }
        return epoch
    }

    /// `suite` and `key`. Whether the key is a point of the curve, the pages find out.
    mutating func pageKey() throws(ProtocolError) -> PageKey {
        guard try integer("suite") == ClientMessage.suite,
            let key = Base64URL.decode(try bytes("key")), key.count == PageKey.byteCount,
            key.first == 4
        else { throw .badCommand }
        return PageKey(key)
    }

    mutating func rejoinCode(_ name: String) throws(ProtocolError) -> RejoinCode? {
        guard let value = take(name) else { return nil }
        guard case .string(let bytes) = value, let code = RejoinCode(text: bytes) else {
            throw .badCommand
        }
        return code
    }

    mutating func resumePoints(_ name: String) throws(ProtocolError) -> [ResumePoint]? {
        guard let value = take(name) else { return nil }
        guard case .array(let values) = value, values.count <= ClientMessage.mostResumePoints else {
            throw .badCommand
        }
        var points: [ResumePoint] = []
        for value in values {
            var members = try Members(value)
            let conversation = try members.conversation("conversation")
            guard let after = UInt32(exactly: try members.integer("after")) else {
                throw .badCommand
            }
            try members.end()
            points.append(ResumePoint(conversation: conversation, after: after))
        }
        return points
    }
}
