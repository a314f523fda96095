import Foundation
import Seeded
import Testing
import WireProtocol

@testable import RelayClient
@testable import SealedChat

/// `Tests/Vectors/messages.json`, which the relay and the pages read too.
struct MessageVectors: Decodable {
    struct Entry: Decodable {
        var name: String
        var json: String
    }

    var commands: [Entry]
    var notices: [Entry]

    static func read() throws -> MessageVectors {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: root.appending(path: "Tests/Vectors/messages.json"))
        return try JSONDecoder().decode(MessageVectors.self, from: data)
    }
}

@Suite("Commands and notices")
struct WireTests {
    private static let page = PageCredential(
        secret: Array(0..<32), key: PageKey().publicKey)
    private static let hash = [UInt8](repeating: 0xA5, count: 32)

    /// By the names of the vectors, where there is one.
    private static let commands: [(name: String, command: Command)] = [
        ("a commit", .pairing(.commit(session: 2, pairing: Array(hash.prefix(16)), commit: hash))),
        ("an offer", .pairing(.offer(visit: 3, commit: hash, nonce: hash))),
        ("nothing pending", .pending(0)), ("twenty pending", .pending(20)),
        ("the code is shown", .rejoinShown), ("in front", .presence(isVisible: true)),
        ("in background", .presence(isVisible: false)), ("leave", .leave),
        ("ping from a patient", .ping), ("supersede", .supersede), ("pair", .pair(visit: 3)),
        ("open a chat", .openChat(visit: 3)), ("show a chat", .showChat(7)),
        ("minimise", .minimiseChat(7)), ("close", .closeChat(7)), ("end", .endChat(7)),
        ("start a call", .startCall(visit: 3, ends: nil)),
        ("end one call and start another", .startCall(visit: 3, ends: 7)),
        ("finish", .endCall(7, .finish)), ("back to queue", .endCall(7, .queue)),
        ("remove", .removeVisit(3)), ("status available", .setStatus(.available)),
        ("status away", .setStatus(.away)), ("status closed", .setStatus(.closed)),
        ("copied", .copied(7)), ("keep open", .keepOpen(7)), ("wipe", .wipe), ("bye", .bye),
        ("sign out", .signOut),
    ]

    @Test("The relay reads every command as the shared vectors say it")
    func commandsAreRead() throws {
        let vectors = try MessageVectors.read().commands
        for (name, command) in Self.commands {
            let vector = try #require(vectors.first { $0.name == name }, "no vector \(name)")
            #expect(
                try ClientMessage(reading: Array(command.json.utf8))
                    == ClientMessage(reading: Array(vector.json.utf8)), "\(name)")
        }
    }

    @Test("The relay reads a first frame, with and without what is optional")
    func firstFramesAreRead() throws {
        let points = [
            ResumePoint(conversation: 7, after: 12), ResumePoint(conversation: 8, after: 0),
        ]
        for rejoin in [nil, "K7PM"] {
            for resume in [nil, [], points] {
                let commands: [Command] = [
                    .checkIn(Self.page, rejoin: rejoin, resume: resume),
                    .signIn(Self.page, token: "a.b.c", resume: resume),
                ]
                for command in commands {
                    let read = try ClientMessage(reading: Array(command.json.utf8))
                    switch read {
                    case .checkIn(let secret, _, let code, let points):
                        #expect(secret.bytes == Self.page.secret)
                        #expect(read.keyBytes == Self.page.key.bytes)
                        #expect((code == nil) == (rejoin == nil))
                        #expect(points?.count == resume?.count)
                    case .signIn(let secret, _, _, let points):
                        #expect(secret.bytes == Self.page.secret)
                        #expect(read.keyBytes == Self.page.key.bytes)
                        #expect(points?.count == resume?.count)
                    default: Issue.record("\(read)")
                    }
                }
            }
        }
    }

    @Test("The relay reads a card and a wrap of the largest size")
    func sealedThingsAreRead() throws {
        for count in Card.sealedByteCounts {
            let card = Command.card(
                session: 2, revision: 1, sealed: Array(repeating: 0, count: count))
            #expect(throws: Never.self) { try ClientMessage(reading: Array(card.json.utf8)) }
        }
        let wrap = Wrap(
            conversation: 7, commit: Self.hash, nonce: Self.hash, first: 0, last: 0,
            check: Self.hash, sealed: Array(repeating: 1, count: 113))
        #expect(throws: Never.self) {
            try ClientMessage(reading: Array(Command.pairing(.wrap(wrap)).json.utf8))
        }
    }

    @Test("A resume with as many chats as there can be fits in one text frame")
    func resumesFit() {
        let chats = (0..<500).map {
            Conversation(id: .max - $0, epoch: 0, side: .provider, phase: .ended)
        }
        let token = String(repeating: "t", count: 4_096)
        for (command, most) in [
            (
                Command.signIn(
                    Self.page, token: token, resume: resumePoints(chats, beside: token.utf8.count)),
                160
            ),
            (Command.checkIn(Self.page, rejoin: nil, resume: resumePoints(chats, beside: 0)), 160),
        ] {
            #expect(command.json.utf8.count <= 8_192)
            if case .checkIn(_, _, let points) = command { #expect((points?.count ?? 0) <= most) }
        }
    }

    @Test("Every notice of the shared vectors is read")
    func noticesAreRead() throws {
        for vector in try MessageVectors.read().notices {
            let notice = try Notice(reading: vector.json)
            #expect(notice != nil, "\(vector.name)")
        }
    }

    @Test("What a notice says is what is read")
    func noticesSay() throws {
        func read(_ json: String) throws -> Notice? { try Notice(reading: json) }
        #expect(
            try read(
                #"{"type":"erased","conversation":7,"cause":"viewed_other","time":1794000000000,"#
                    + #""messages":14,"bytes":7392,"entry":122,"#
                    + #""receipt":"AAECAwQFBgcICQoLDA0ODw","proof":"AAEC"}"#)
                == .erased(
                    7,
                    ErasureReceipt(
                        id: Array(0..<16), cause: .viewedOther,
                        time: Date(timeIntervalSince1970: 1_794_000_000), messageCount: 14,
                        byteCount: 7_392, entry: 122, proof: [0, 1, 2])))
        #expect(
            try read(
                #"{"type":"refused","conversation":7,"number":3,"reason":"rate_limited","#
                    + #""retry_ms":800}"#
            )
                == .refusedMessage(7, number: 3, .rateLimited, retry: .milliseconds(800)))
        #expect(
            try read(#"{"type":"refused","command":"open_chat","reason":"taken","retry_ms":null}"#)
                == .refusedCommand("open_chat", .taken))
        #expect(
            try read(
                #"{"type":"conversation","conversation":7,"session":2,"epoch":1,"phase":"in_call"}"#
            )
                == .claim(conversation: 7, session: 2, epoch: 1, .inCall))
        #expect(
            try read(
                #"{"type":"conversation","conversation":7,"visit":3,"epoch":2,"phase":"ended","#
                    + #""ended":5}"#
            )
                == .chat(conversation: 7, visit: 3, epoch: 2, .ended, ended: 5))
        #expect(try read(#"{"type":"position","position":null}"#) == .position(nil))
        #expect(
            try read(#"{"type":"visit_over","visit":3,"reason":"lost","time":9}"#)
                == .visitOver(3, .lost, at: 9))
        #expect(try read(#"{"type":"visit_over","reason":"left"}"#) == .yourVisitOver(.left))
    }

    @Test("A newer relay may say more; nonsense is an error")
    func newerRelaysAreRead() throws {
        #expect(try Notice(reading: #"{"type":"weather","rain":true}"#) == nil)
        #expect(try Notice(reading: #"{"type":"ready","and":"more"}"#) == .ready)
        for text in [
            "", "[]", "{}", #"{"type":7}"#, #"{"type":"erased","conversation":7}"#,
            #"{"type":"erased","conversation":7,"cause":"boredom"}"#,
            #"{"type":"erased","conversation":7,"cause":"closed"}"#,
            #"{"type":"duty","session":2,"suite":1,"key":"AAAA"}"#,
            #"{"type":"offer","session":2,"commit":"","nonce":""}"#,
            #"{"type":"conversation","conversation":7,"session":1,"epoch":70000,"phase":"ended"}"#,
            #"{"type":"conversation","conversation":-1,"session":1,"epoch":0,"phase":"ended"}"#,
        ] {
            #expect(throws: NoticeError.self, "\(text)") { try Notice(reading: text) }
        }
    }

    @Test("Close codes below 4100 mean: connect again")
    func closeCodesAreRead() {
        for code: UInt16 in [1000, 1001, 1002, 1006, 4001, 4029, 4099] {
            #expect(CloseReason(code: code) == nil)
        }
        #expect(CloseReason(code: 4110) == .wrongCode)
        #expect(CloseReason(code: 4142) == .other)
        for code in CloseCode.allCases where !code.mayReconnect {
            #expect(CloseReason(code: code.rawValue)?.rawValue == code.rawValue)
        }
    }
}

@Suite("Addresses and pace")
struct AddressTests {
    @Test(
        "A clinic's link is read",
        arguments: [
            ("https://clinic.example/r/cedar", "clinic.example", 443, "https://clinic.example"),
            ("https://localhost:8443/r/demo", "localhost", 8443, "https://localhost:8443"),
            ("https://[::1]:8443/r/demo", "::1", 8443, "https://[::1]:8443"),
            ("https://[::1]/r/demo", "::1", 443, "https://[::1]"),
        ])
    func linksAreRead(link: String, host: String, port: Int, origin: String) throws {
        let address = try RelayAddress(link)
        #expect(address.host == host && address.port == port && address.origin == origin)
        #expect(address.path == "/r/\(address.room)/socket")
    }

    @Test(
        "Anything else is not",
        arguments: [
            "", "http://clinic.example/r/cedar", "https://clinic.example", "https:///r/cedar",
            "https://clinic.example/r/", "https://clinic.example/r/cedar/provider",
            "https://clinic.example/r/cedar?x=1", "https://clinic.example/r/cedar#token",
            "https://a@clinic.example/r/cedar", "https://clinic.example:0/r/cedar",
            "https://clinic.example:x/r/cedar", "https://clinic.example/r/ce dar",
            "https://clinic.example\r\nX: y/r/cedar",
        ])
    func badLinksAreRefused(link: String) {
        #expect(throws: TransportError.badAddress) { try RelayAddress(link) }
    }

    @Test("However much is to be sent, no second has more than the relay allows")
    func paceIsKept() {
        var pace = Pace()
        var now = Duration.zero
        var sent: [(at: Duration, bytes: Int)] = []
        var random = SplitMix(seed: 1)
        for _ in 0..<2_000 {
            let bytes = random.chance(20) ? 16_408 : 280
            while case let wait = pace.take(bytes, at: now), wait > .zero { now += wait }
            sent.append((now, bytes))
        }
        for (index, first) in sent.enumerated() {
            let second = sent[index...].prefix { $0.at < first.at + .seconds(1) }
            #expect(second.reduce(0) { $0 + $1.bytes } <= 64 * 1_024)
            #expect(second.count <= 100)
        }
    }
}
