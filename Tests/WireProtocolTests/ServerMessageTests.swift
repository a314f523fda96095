import Foundation
import NIOCore
import Testing

@testable import Rooms
@testable import WireProtocol

@Suite("Writing notices")
struct ServerMessageTests {
    private static let conversation = ConversationID(7)
    private static let session = ProviderSessionID(2)
    private static let visit = VisitID(3)
    /// 2026-01-01 00:00:00 UTC, the time in the vectors.
    private static let now = Instant(nanoseconds: 5_000_000_000)
    private static let code = RejoinCode(text: Array("K7PM".utf8))

    static let context = NoticeContext(
        room: "cedar", roomName: "Cedar clinic",
        providers: [("rivera", "Dr Rivera"), ("lee", "Dr Lee")], limits: Limits(),
        epochMilliseconds: 1_767_225_600_000 - 5_000)

    private static let pageKey = PageKey([4] + Array(repeating: 7, count: 64))

    private static func row(
        of visit: UInt32 = 3, _ presence: Presence, sinceSeconds: Int = 0,
        hasRejoined: Bool = false,
        _ holder: Holder, isInCall: Bool = false, pending: Int = 0, conversation: UInt32? = nil
    ) -> Notice {
        .visit(
            VisitRow(
                visit: VisitID(visit), pageKey: pageKey, arrived: now, presence: presence,
                since: now + .seconds(sinceSeconds), hasRejoined: hasRejoined, holder: holder,
                isInCall: isInCall, pending: pending,
                conversation: conversation.map { ConversationID($0) }))
    }

    /// What the relay says for each notice of the shared vectors, by its name there.
    static func notices() throws -> [String: Notice] {
        let code = try #require(code)
        let rivera = ProviderID(0)
        var notices: [String: Notice] = [
            "a conversation, to a patient": .patientConversation(
                conversation, session, epoch: 1, .waiting),
            "in call, to a patient": .patientConversation(conversation, session, epoch: 1, .inCall),
            "ended, to a patient": .patientConversation(
                conversation, session, epoch: .max, .ended),
            "a conversation, to a provider": .providerConversation(
                conversation, visit, epoch: 1, .waiting, endedAt: nil),
            "ended, to a provider": .providerConversation(
                conversation, visit, epoch: 2, .ended, endedAt: now),
            "a message refused for now": .refusedMessage(
                conversation, number: 3, .rateLimited(retryAfter: .milliseconds(800))),
            "a message refused, relay full": .refusedMessage(
                conversation, number: 3, .relayFull(retryAfter: .seconds(5))),
            "expiring, idle": .expiring(conversation, .idle, at: now),
            "expiring, age": .expiring(conversation, .maximumAge, at: now),
            "nearly full": .nearlyFull(conversation), "stopping": .stopping(at: now),
            "checked in": .checkedIn(resumed: false, rejoin: code),
            "checked in again": .checkedIn(resumed: true, rejoin: code),
            "no provider": .providerStatus(.nobody, nil),
            "second in line": .position(2), "no position": .position(nil),
            "duty": .duty(session, pageKey), "off duty": .offDuty(session),
            "signed in": .signedIn(session, resumed: false, rivera, .available),
            "console open elsewhere": .consoleOpen(chats: 3),
            "a visit of nobody": row(.here, .nobody),
            "a visit of mine": row(
                .background, sinceSeconds: 60, hasRejoined: true, .you(rivera), isInCall: true,
                conversation: 7),
            "a visit of another": row(
                of: 4, .reconnecting, sinceSeconds: 60, .other(ProviderID(1)), pending: 20),
            "a visit that left the page": row(
                of: 5, .leftPage, sinceSeconds: 60, .nobody, pending: 2),
            "no box": .box(.none), "open": .box(.open(conversation)),
            "minimised": .box(.minimised(conversation)),
            "withdrawn": .withdrawn(conversation), "ready": .ready,
        ]
        for refusal in [.conversationFull, .ended, .erased] as [MessageRefusal] {
            notices["a message refused for good: \(refusal.word)"] = .refusedMessage(
                conversation, number: 3, refusal)
        }
        let commands: [(RefusedCommand, CommandRefusal)] = [
            (.openChat, .taken), (.removeVisit, .visitGone), (.closeChat, .unknownConversation),
            (.startCall, .callRunning), (.endCall, .notInCall), (.openChat, .sessionFull),
            (.supersede, .notAllowed),
        ]
        for (command, refusal) in commands {
            notices["a command refused: \(refusal.word)"] = .refusedCommand(command, refusal)
        }
        let statuses: [ProviderStatus] = [
            .available, .onAnotherCall, .away, .closed, .reconnecting,
        ]
        for status in statuses {
            notices["provider \(status.word)"] = .providerStatus(status, rivera)
        }
        for end in [.left, .removed, .finished, .lost] as [VisitEnd] {
            if end != .lost { notices["visit over: \(end.word)"] = .yourVisitOver(end) }
            notices["visit over, to a provider: \(end.word)"] = .visitOver(visit, end, at: now)
        }
        return notices
    }

    /// Those that are no `Notice`.
    static func others() -> [String: ByteBuffer] {
        let receipt = ErasureReceipt(
            id: Array(0..<16), entry: 122, minute: 29_900_000, messageCount: 14, byteCount: 7_392,
            proof: Array(0..<174))
        var others = [
            "pong": ServerMessage.pong(at: now + .milliseconds(123), in: context),
            "the flood warning": ServerMessage.floodWarning(),
            "a card": ServerMessage.card(
                Array(repeating: UInt8(ascii: "A"), count: 770), revision: 1, of: visit),
            "a commit, to a provider": ServerMessage.pairing(.commit(from: visit), Pairing.commit),
            "an offer, to a patient": ServerMessage.pairing(.offer(from: session), Pairing.offer),
            "a wrap, to a provider": ServerMessage.pairing(.wrap(conversation), Pairing.wrap),
        ]
        for cause in ErasureCause.allCases {
            others["erased: \(cause.word)"] = ServerMessage.erased(conversation, cause, receipt)
        }
        return others
    }

    private static func parsed(_ bytes: some Sequence<UInt8>) throws -> NSDictionary {
        try #require(
            try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]) as NSDictionary
    }

    @Test("The shared vectors are there, and the relay says each of them")
    func everyVectorIsSaid() throws {
        let said = Set(try Self.notices().keys).union(Self.others().keys)
        #expect(Set(MessageVectors.all.notices.map(\.name)) == said)
    }

    @Test("Every notice is the JSON of the shared vectors", arguments: MessageVectors.all.notices)
    func noticesAreTheVectors(vector: MessageVectors.Entry) throws {
        let json =
            if let notice = try Self.notices()[vector.name] {
                ServerMessage.json(notice, at: Self.now, in: Self.context)
            } else {
                try #require(Self.others()[vector.name])
            }
        #expect(try Self.parsed(json.readableBytesView) == Self.parsed(vector.bytes))
        // Stricter than Foundation: no member twice.
        _ = try JSONReader.read(Array(json.readableBytesView))
    }

    @Test(
        "Every notice names its members as the tables of docs/protocol.md do",
        arguments: MessageVectors.all.notices)
    func noticesAreDocumented(vector: MessageVectors.Entry) throws {
        let notices = try Repository.text("docs/protocol.md")
            .split(separator: "\n## ").filter {
                $0.hasPrefix("Notices") || $0.hasPrefix("Refusals")
            }
            .joined()
        let type = try #require(try Self.parsed(vector.bytes)["type"] as? String)
        for name in try Self.parsed(vector.bytes).allKeys where "\(name)" != "type" {
            #expect(notices.contains("`\(name)`") || notices.contains("\"\(name)\""), "\(name)")
        }
        #expect(notices.contains("| `\(type)`"), "\(type)")
    }

    @Test("Text of the configuration is escaped: quotes, controls, any script")
    func configurationTextIsEscaped() throws {
        var context = Self.context
        let name = "Dr \"Q\" \\ \u{0}\u{1}\t\n\u{1F}\u{7F}\u{2028} Müller 李 👩‍⚕️ </script>"
        context.providers[0] = ("rivera", name)
        let json = ServerMessage.json(
            .providerStatus(.available, ProviderID(0)), at: Self.now, in: context)
        #expect(try Self.parsed(json.readableBytesView)["name"] as? String == name)
        #expect(!json.readableBytesView.contains { $0 < 0x20 })
    }

    @Test("Every notice fits into one frame many times over")
    func noticesAreShort() throws {
        for notice in try Self.notices().values {
            let json = ServerMessage.json(notice, at: Self.now, in: Self.context)
            #expect(json.readableBytes < 512)  // A row with its key: 400.
        }
        let largest = ServerMessage.card(
            Array(repeating: UInt8(ascii: "A"), count: 5_548), revision: .max,
            of: VisitID(.max))
        #expect(largest.readableBytes < WebSocketParser.largestText)
    }

    @Test("Time is the clock read at start, and monotonic from then on")
    func timeIsMonotonic() {
        let context = Self.context
        #expect(context.time(Instant(nanoseconds: 0)) == 1_767_225_595_000)
        #expect(context.time(Instant(nanoseconds: 999_999)) == 1_767_225_595_000)
        #expect(context.time(Instant(nanoseconds: 1_000_000)) == 1_767_225_595_001)
        #expect(context.time(Self.now) == 1_767_225_600_000)
    }
}
