import Rooms
import Testing

@testable import WireProtocol

@Suite("Reading commands")
struct ClientMessageTests {
    private static let secret = PageSecret(bytes: Array(0..<32))
    private static let pageKey = PageKey([4] + Array(repeating: 7, count: 64))
    private static let spelledSecret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    private static let spelledKey =
        #""suite":1,"key":"\#(String(decoding: Base64URL.encode(pageKey.bytes), as: UTF8.self))""#
    private static let card = ClientText(Array(repeating: UInt8(ascii: "A"), count: 770))
    private static let token = ClientText(Array("a.b.c".utf8))

    private static func resume(_ points: (UInt32, UInt32)...) -> [ResumePoint] {
        points.map { ResumePoint(conversation: ConversationID($0.0), after: $0.1) }
    }

    private static func provider(_ command: ProviderCommand) -> ClientMessage {
        .command(.provider(command))
    }

    /// What each command of the shared vectors means, by its name there.
    static let meanings: [String: ClientMessage] = [
        "a new visit": .checkIn(secret, pageKey, rejoin: nil, resume: nil),
        "with a rejoin code": .checkIn(
            secret, pageKey, rejoin: RejoinCode(text: Array("K7PM".utf8)), resume: nil),
        "a resume without conversations": .checkIn(secret, pageKey, rejoin: nil, resume: []),
        "a resume": .checkIn(secret, pageKey, rejoin: nil, resume: resume((7, 3), (9, 0))),
        "a card": .card(session: ProviderSessionID(2), revision: 1, card),
        "the largest card, 4161 bytes": .card(
            session: ProviderSessionID(2), revision: 7,
            ClientText(Array(repeating: UInt8(ascii: "A"), count: 5_548))),
        "a commit": .pairing(
            .patient(.commit(session: ProviderSessionID(2))), Pairing.commit),
        "a wrap": .pairing(.patient(.wrap(ConversationID(7))), Pairing.wrap),
        "an offer": .pairing(.provider(.offer(VisitID(3))), Pairing.offer),
        "pair": provider(.pair(VisitID(3))),
        "nothing pending": .command(.patient(.pending(count: 0))),
        "twenty pending": .command(.patient(.pending(count: 20))),
        "the code is shown": .command(.patient(.rejoinShown)),
        "in front": .command(.patient(.presence(isVisible: true))),
        "in background": .command(.patient(.presence(isVisible: false))),
        "leave": .command(.patient(.leave)),
        "ping from a patient": .ping,
        "sign in": .signIn(secret, pageKey, token: token, resume: nil),
        "sign in again": .signIn(secret, pageKey, token: token, resume: resume((.max, 2_000))),
        "supersede": provider(.supersede),
        "open a chat": provider(.openChat(VisitID(3))),
        "show a chat": provider(.showChat(ConversationID(7))),
        "minimise": provider(.minimiseChat(ConversationID(7))),
        "close": provider(.closeChat(ConversationID(7))),
        "end": provider(.endChat(ConversationID(7))),
        "start a call": provider(.startCall(VisitID(3), ends: nil)),
        "end one call and start another": provider(
            .startCall(VisitID(3), ends: ConversationID(7))),
        "finish": provider(.endCall(ConversationID(7), .finish)),
        "back to queue": provider(.endCall(ConversationID(7), .queue)),
        "remove": provider(.removeVisit(VisitID(3))),
        "status available": provider(.setStatus(.available)),
        "status away": provider(.setStatus(.away)),
        "status closed": provider(.setStatus(.closed)),
        "copied": provider(.copied(ConversationID(7))),
        "keep open": provider(.keepOpen(ConversationID(7))),
        "wipe": provider(.wipe),
        "bye": provider(.bye),
        "sign out": provider(.signOut),
        "ping from a provider": .ping,
    ]

    static func read(_ text: String) -> ClientMessage? {
        do throws(ProtocolError) {
            return try ClientMessage(reading: Array(text.utf8))
        } catch {
            return nil
        }
    }

    @Test("The shared vectors are there, and each command has a meaning here")
    func everyVectorHasAMeaning() {
        #expect(Set(MessageVectors.all.commands.map(\.name)) == Set(Self.meanings.keys))
        #expect(MessageVectors.all.refused.count >= 40)
    }

    @Test(
        "Every command of the shared vectors is understood", arguments: MessageVectors.all.commands)
    func commandsAreUnderstood(vector: MessageVectors.Entry) throws {
        #expect(vector.bytes.count <= WebSocketParser.largestText)
        #expect(try ClientMessage(reading: vector.bytes) == Self.meanings[vector.name])
    }

    /// A command that is too long for a text frame does not get this far (`WebSocketParser`).
    @Test(
        "Every bad command of the shared vectors is refused with 4100",
        arguments: MessageVectors.all.refused.filter {
            $0.bytes.count <= WebSocketParser.largestText
        })
    func badCommandsAreRefused(vector: MessageVectors.Entry) {
        let error = #expect(throws: ProtocolError.self) {
            _ = try ClientMessage(reading: vector.bytes)
        }
        #expect(error?.closeCode == .protocolError)
    }

    @Test("Members may come in any order, and `type` may be spelled with escapes")
    func anyOrder() {
        #expect(
            Self.read(#"{"outcome":"queue","conversation":7,"type":"end_call"}"#)
                == Self.meanings["back to queue"])
        #expect(Self.read(#"{"\u0074ype":"p\u0069ng"}"#) == .ping)
    }

    @Test(
        "No command has a member too few, too many, twice or of another type",
        arguments: MessageVectors.all.commands)
    func membersAreExact(vector: MessageVectors.Entry) throws {
        guard case .object(let members) = try JSONReader.read(vector.bytes) else {
            Issue.record("a command is an object")
            return
        }
        let optional = ["rejoin", "resume"].map { Array($0.utf8) }
        for (place, member) in members.enumerated() {
            var fewer = members
            fewer.remove(at: place)
            if !optional.contains(member.name) { #expect(Self.read(fewer) == nil) }
            #expect(Self.read(members + [member]) == nil)
            for other in [.object([]), .array([.null]), .boolean(true), .null] as [JSONValue] {
                var changed = members
                changed[place].value = other
                let isSame = other == member.value
                let isTruth = member.name == Array("visible".utf8) && other == .boolean(true)
                let isNoCall = member.name == Array("ends".utf8) && other == .null
                if !isSame && !isTruth && !isNoCall { #expect(Self.read(changed) == nil) }
            }
        }
        for name in ["", "Type", "type ", "note", "__proto__", "rejoin\u{0}"] {
            let more = JSONValue.Member(name: Array(name.utf8), value: .integer(1))
            #expect(Self.read(members + [more]) == nil, "\(name)")
        }
    }

    private static func read(_ members: [JSONValue.Member]) -> ClientMessage? {
        read(String(decoding: Self.text(.object(members)), as: UTF8.self))
    }

    private static func text(_ value: JSONValue) -> [UInt8] {
        switch value {
        case .object(let members):
            let inside = members.map { text(.string($0.name)) + [0x3A] + text($0.value) }
            return [0x7B] + inside.joined(separator: [0x2C]) + [0x7D]
        case .array(let values): return [0x5B] + values.map(text).joined(separator: [0x2C]) + [0x5D]
        case .string(let bytes):
            return [0x22] + bytes.flatMap { $0 == 0 ? Array(#"\u0000"#.utf8) : [$0] } + [0x22]
        case .integer(let number): return Array("\(number)".utf8)
        case .boolean(let value): return Array("\(value)".utf8)
        case .null: return Array("null".utf8)
        }
    }

    @Test("A handle is 1 to 2³² − 1", arguments: [-1, 0, 1 << 32, 1 << 33, Int(1) << 53 - 1])
    func handlesAreBounded(number: Int) {
        #expect(Self.read(#"{"type":"open_chat","visit":\#(number)}"#) == nil)
        #expect(Self.read(#"{"type":"close_chat","conversation":\#(number)}"#) == nil)
        #expect(Self.read(#"{"type":"start_call","visit":1,"ends":\#(number)}"#) == nil)
        let card = String(repeating: "A", count: 770)
        let cards = [
            #"{"type":"card","session":\#(number),"revision":1,"card":"\#(card)"}"#,
            #"{"type":"card","session":1,"revision":\#(number),"card":"\#(card)"}"#,
        ]
        for text in cards { #expect(Self.read(text) == nil) }
    }

    @Test("The greatest handle is a handle")
    func theGreatestHandle() {
        #expect(
            Self.read(#"{"type":"open_chat","visit":4294967295}"#)
                == Self.provider(.openChat(VisitID(.max))))
    }

    @Test("A resume names conversations, up to the last sequence that a page can have")
    func resumePointsAreBounded() {
        let resume = { (points: String) in
            Self.read(
                #"{"type":"check_in","session":"\#(Self.spelledSecret)",\#(Self.spelledKey),"#
                    + #""resume":\#(points)}"#)
        }
        #expect(resume(#"[{"conversation":1,"after":4294967295}]"#) != nil)
        #expect(resume(#"[{"conversation":1,"after":4294967296}]"#) == nil)
        #expect(resume(#"[{"conversation":0,"after":1}]"#) == nil)
        #expect(resume("[1]") == nil)
        #expect(resume("[[]]") == nil)
        let points = { (count: Int) in
            "[" + (1...count).map { #"{"conversation":\#($0),"after":0}"# }.joined(separator: ",")
                + "]"
        }
        #expect(resume(points(ClientMessage.mostResumePoints)) != nil)
        #expect(resume(points(ClientMessage.mostResumePoints + 1)) == nil)
        let longest = #"{"conversation":4294967295,"after":4294967295},"#.utf8.count
        let frame =
            #"{"type":"check_in","session":"",,"resume":[]}"#.utf8.count + 43
            + Self.spelledKey.utf8.count
        #expect(
            frame + longest * ClientMessage.mostResumePoints <= WebSocketParser.largestText,
            "they fit into one text frame")
    }

    @Test("A card has one of four lengths")
    func cardsHaveClasses() {
        let card = { (count: Int) in
            let card = String(repeating: "A", count: count)
            return Self.read(
                #"{"type":"card","session":1,"revision":1,"card":"\#(card)"}"#
            )
        }
        for (byteCount, length) in zip(ClientMessage.cardByteCounts, [770, 1_452, 2_818, 5_548]) {
            #expect(length == (byteCount * 4 + 2) / 3)
            #expect(card(length) != nil)
            #expect(card(length - 1) == nil)
            #expect(card(length + 1) == nil)
        }
        #expect(card(0) == nil)
    }

    @Test("A secret is 32 bytes and its spelling the canonical one")
    func secretsAreExact() {
        let checkIn = { (secret: String) in
            Self.read(#"{"type":"check_in","session":"\#(secret)",\#(Self.spelledKey)}"#)
        }
        #expect(checkIn(Self.spelledSecret) != nil)
        #expect(checkIn(Self.spelledSecret.dropLast() + "9") == nil)
        #expect(checkIn("") == nil)
        #expect(checkIn(Self.spelledSecret + "AAAA") == nil)
        #expect(checkIn(Self.spelledSecret + "=") == nil)
    }

    @Test("A first frame is never a command of the other role, and never both")
    func firstFramesAreExact() {
        let secret = Self.spelledSecret
        #expect(Self.read(#"{"type":"check_in","session":"\#(secret)","token":"t"}"#) == nil)
        #expect(
            Self.read(#"{"type":"sign_in","session":"\#(secret)","token":"t","rejoin":"K7PM"}"#)
                == nil)
    }
}
