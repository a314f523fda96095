package import NIOCore
package import Rooms

/// What a notice needs besides itself: the words of the configuration and the relay's clock.
package struct NoticeContext: Sendable {
    package var room: String
    package var roomName: String
    /// By `ProviderID`.
    package var providers: [(name: String, displayName: String)]
    package var limits: Limits
    /// Milliseconds since 1970 at instant 0 of the relay's clock.
    package var epochMilliseconds: Int64

    package init(
        room: String, roomName: String, providers: [(name: String, displayName: String)],
        limits: Limits, epochMilliseconds: Int64
    ) {
        self.room = room
        self.roomName = roomName
        self.providers = providers
        self.limits = limits
        self.epochMilliseconds = epochMilliseconds
    }

    /// The relay's clock: read once at start, monotonic from then on.
    package func time(_ instant: Instant) -> Int64 {
        epochMilliseconds + Int64(instant.nanoseconds / 1_000_000)
    }

    /// Minutes since 1970: what a ledger says of a time.
    package func minute(_ instant: Instant) -> UInt32 {
        UInt32(clamping: time(instant) / 60_000)
    }

    fileprivate func displayName(_ provider: ProviderID) -> String {
        providers[Int(provider.rawValue)].displayName
    }
}

/// Notices as JSON. `docs/protocol.md`, "Notices". Mirrored by `Sources/Web/relay/messages.js`.
package enum ServerMessage {
    /// The JSON of a notice. `unread` has none: it travels as a binary frame.
    package static func json(
        _ notice: Notice, at now: Instant, in context: NoticeContext
    ) -> ByteBuffer {
        var json = JSONWriter(type: notice.type)
        switch notice {
        case .erased:
            preconditionFailure("an erasure is told with its receipt")
        case .refusedMessage(let conversation, let number, let refusal):
            json.add("conversation", conversation.rawValue)
            json.add("number", number)
            json.add("reason", word: refusal.word)
            json.add("retry_ms", ifPresent: refusal.retryAfter?.millisecondsRoundedUp)
        case .refusedCommand(let command, let refusal):
            json.add("command", word: command.word)
            json.add("reason", word: refusal.word)
            json.addNull("retry_ms")
        case .expiring(let conversation, let cause, let at):
            json.add("conversation", conversation.rawValue)
            json.add("cause", word: cause.word)
            json.add("at", context.time(at))
        case .nearlyFull(let conversation), .withdrawn(let conversation):
            json.add("conversation", conversation.rawValue)
        case .stopping(let at):
            json.add("at", context.time(at))
        case .unread:
            preconditionFailure("unread travels as a binary frame")
        case .checkedIn(let resumed, let rejoin):
            json.add("resumed", resumed)
            json.add("time", context.time(now))
            json.add("rejoin", plain: rejoin.text)
            json.add("grace_ms", context.limits.patientGrace.wholeMilliseconds)
            json.add("rejoin_ms", context.limits.rejoinGrace.wholeMilliseconds)
        case .providerStatus(let status, let provider):
            json.add("status", word: status.word)
            if let provider {
                json.add("name", text: context.displayName(provider))
            } else {
                json.addNull("name")
            }
        case .position(let position):
            json.add("position", ifPresent: position)
        case .duty(let session, let key):
            json.add("session", session.rawValue)
            json.add("suite", ClientMessage.suite)
            json.add("key", plain: Base64URL.encode(key.bytes))
        case .offDuty(let session):
            json.add("session", session.rawValue)
        case .patientConversation(let conversation, let session, let epoch, let phase):
            json.add("conversation", conversation.rawValue)
            json.add("session", session.rawValue)
            json.add("epoch", epoch)
            json.add("phase", word: phase.word)
        case .yourVisitOver(let reason):
            json.add("reason", word: reason.word)
        case .signedIn(let session, let resumed, let provider, let status):
            json.add("session", session.rawValue)
            json.add("resumed", resumed)
            json.add("time", context.time(now))
            json.add("provider", text: context.providers[Int(provider.rawValue)].name)
            json.add("display_name", text: context.displayName(provider))
            json.add("room", text: context.room)
            json.add("status", word: status.word)
            json.add("grace_ms", context.limits.providerGrace.wholeMilliseconds)
        case .consoleOpen(let chats):
            json.add("chats", chats)
        case .visit(let row):
            json.add(row, in: context)
        case .visitOver(let visit, let reason, let at):
            json.add("visit", visit.rawValue)
            json.add("reason", word: reason.word)
            json.add("time", context.time(at))
        case .providerConversation(let conversation, let visit, let epoch, let phase, let endedAt):
            json.add("conversation", conversation.rawValue)
            json.add("visit", visit.rawValue)
            json.add("epoch", epoch)
            json.add("phase", word: phase.word)
            json.add("ended", ifPresent: endedAt.map(context.time))
        case .box(let box):
            json.add("state", word: box.word)
            json.add("conversation", ifPresent: box.conversation?.rawValue)
        case .ready:
            break
        }
        return json.finish()
    }

    /// `erased`, which the rules know without its receipt.
    package static func erased(
        _ conversation: ConversationID, _ cause: ErasureCause, _ receipt: ErasureReceipt
    ) -> ByteBuffer {
        var json = JSONWriter(type: "erased")
        json.add("conversation", conversation.rawValue)
        json.add("cause", word: cause.word)
        json.add("time", Int64(receipt.minute) * 60_000)
        json.add("messages", receipt.messageCount)
        json.add("bytes", receipt.byteCount)
        json.add("entry", receipt.entry)
        json.add("receipt", plain: receipt.id)
        json.add("proof", plain: receipt.proof)
        return json.finish()
    }

    package static func card(
        _ card: some Sequence<UInt8>, revision: UInt32, of visit: VisitID
    ) -> ByteBuffer {
        var json = JSONWriter(type: "card")
        json.add("visit", visit.rawValue)
        json.add("revision", revision)
        json.add("card", plain: card)
        return json.finish()
    }

    package static func pong(at now: Instant, in context: NoticeContext) -> ByteBuffer {
        var json = JSONWriter(type: "pong")
        json.add("time", context.time(now))
        return json.finish()
    }

    package static func floodWarning() -> ByteBuffer {
        var json = JSONWriter(type: "refused")
        json.add("command", word: "flood")
        json.add("reason", word: "rate_limited")
        json.add("retry_ms", 1_000)
        return json.finish()
    }
}

extension JSONWriter {
    fileprivate mutating func add(_ member: StaticString, ifPresent number: (some BinaryInteger)?) {
        if let number { add(member, number) } else { addNull(member) }
    }

    fileprivate mutating func add(_ row: VisitRow, in context: NoticeContext) {
        add("visit", row.visit.rawValue)
        add("key", plain: Base64URL.encode(row.pageKey.bytes))
        add("arrived", context.time(row.arrived))
        add("presence", word: row.presence.word)
        add("since", context.time(row.since))
        add("rejoined", row.hasRejoined)
        switch row.holder {
        case .nobody:
            add("held_by", word: "nobody")
            addNull("provider")
        case .you(let provider):
            add("held_by", word: "you")
            add("provider", text: context.displayName(provider))
        case .other(let provider):
            add("held_by", word: "other")
            add("provider", text: context.displayName(provider))
        }
        add("in_call", row.isInCall)
        add("pending", row.pending)
        add("conversation", ifPresent: row.conversation?.rawValue)
    }
}

extension Duration {
    /// For waiting: never too short.
    fileprivate var millisecondsRoundedUp: Int64 {
        Int64((wholeNanoseconds + 999_999) / 1_000_000)
    }
}
