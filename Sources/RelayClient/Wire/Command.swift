import SealedChat
import WireProtocol

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a client says to the relay in a text frame: `docs/protocol.md`, "Commands". The relay reads
/// strictly, so no member is ever there that does not belong.
enum Command: Hashable, Sendable {
    case checkIn(PageCredential, rejoin: String?, resume: [ResumePoint]?)
    case signIn(PageCredential, token: String, resume: [ResumePoint]?)
    case card(session: UInt32, revision: UInt32, sealed: [UInt8])
    case pairing(PairingCommand)
    case pending(Int)
    case rejoinShown
    case presence(isVisible: Bool)
    case leave
    case ping
    case supersede
    case pair(visit: UInt32)
    case openChat(visit: UInt32)
    case showChat(UInt32)
    case minimiseChat(UInt32)
    case closeChat(UInt32)
    case endChat(UInt32)
    case startCall(visit: UInt32, ends: UInt32?)
    case endCall(UInt32, CallOutcome)
    case removeVisit(UInt32)
    case setStatus(DutyStatus)
    case copied(UInt32)
    case keepOpen(UInt32)
    case wipe
    case bye
    case signOut
}

/// Who a page is: a secret that only the relay is told, and the public key.
struct PageCredential: Hashable, Sendable {
    /// 32 bytes.
    var secret: [UInt8]
    var key: PeerKey
}

/// The last sequence of a conversation that this client has.
struct ResumePoint: Hashable, Sendable, Encodable {
    var conversation: UInt32
    var after: UInt32
}

extension Command {
    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("a command is texts, numbers and arrays of them")
        }
        return String(decoding: data, as: UTF8.self)
    }
}

extension Command: Encodable {
    private struct Member: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        var json = encoder.container(keyedBy: Member.self)
        func add(_ name: String, _ value: some Encodable) throws {
            try json.encode(value, forKey: Member(name))
        }
        func add(_ name: String, _ bytes: [UInt8]) throws {
            try add(name, String(decoding: Base64URL.encode(bytes), as: UTF8.self))
        }
        try add("type", type)
        switch self {
        case .checkIn(let page, let rejoin, let resume):
            try add("session", page.secret)
            try add("suite", Suite.number)
            try add("key", page.key.bytes)
            if let rejoin { try add("rejoin", rejoin) }
            if let resume { try add("resume", resume) }
        case .signIn(let page, let token, let resume):
            try add("token", token)
            try add("session", page.secret)
            try add("suite", Suite.number)
            try add("key", page.key.bytes)
            if let resume { try add("resume", resume) }
        case .card(let session, let revision, let sealed):
            try add("session", session)
            try add("revision", revision)
            try add("card", sealed)
        case .pairing(.commit(let session, let pairing, let commit)):
            try add("session", session)
            try add("pairing", pairing)
            try add("commit", commit)
        case .pairing(.offer(let visit, let commit, let nonce)):
            try add("visit", visit)
            try add("commit", commit)
            try add("nonce", nonce)
        case .pairing(.wrap(let wrap)):
            try add("conversation", wrap.conversation)
            try add("commit", wrap.commit)
            try add("nonce", wrap.nonce)
            try add("first", wrap.first)
            try add("last", wrap.last)
            try add("check", wrap.check)
            try add("sealed", wrap.sealed)
        case .pending(let count): try add("count", count)
        case .presence(let isVisible): try add("visible", isVisible)
        case .pair(let visit), .openChat(let visit), .removeVisit(let visit):
            try add("visit", visit)
        case .showChat(let id), .minimiseChat(let id), .closeChat(let id), .endChat(let id),
            .copied(let id), .keepOpen(let id):
            try add("conversation", id)
        case .startCall(let visit, let ends):
            try add("visit", visit)
            // The relay wants to hear that there is none.
            if let ends {
                try add("ends", ends)
            } else {
                try json.encodeNil(forKey: Member("ends"))
            }
        case .endCall(let id, let outcome):
            try add("conversation", id)
            try add("outcome", outcome)
        case .setStatus(let status): try add("status", status)
        case .rejoinShown, .leave, .ping, .supersede, .wipe, .bye, .signOut: break
        }
    }

    var type: String {
        switch self {
        case .checkIn: "check_in"
        case .signIn: "sign_in"
        case .card: "card"
        case .pairing(.commit): "commit"
        case .pairing(.offer): "offer"
        case .pairing(.wrap): "wrap"
        case .pending: "pending"
        case .rejoinShown: "rejoin_shown"
        case .presence: "presence"
        case .leave: "leave"
        case .ping: "ping"
        case .supersede: "supersede"
        case .pair: "pair"
        case .openChat: "open_chat"
        case .showChat: "show_chat"
        case .minimiseChat: "minimise_chat"
        case .closeChat: "close_chat"
        case .endChat: "end_chat"
        case .startCall: "start_call"
        case .endCall: "end_call"
        case .removeVisit: "remove_visit"
        case .setStatus: "set_status"
        case .copied: "copied"
        case .keepOpen: "keep_open"
        case .wipe: "wipe"
        case .bye: "bye"
        case .signOut: "sign_out"
        }
    }
}
