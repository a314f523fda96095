import Admission
import Foundation
import NIOCore
import NIOEmbedded
import RelayServer
import Rooms
import WireProtocol

/// What strangers' bytes are read by. A target traps on what must never be true.
enum Target: String, CaseIterable {
    case frames
    case upgrade
    case json
    case token
    case resume
    /// Has a mistake of its own, which a fuzzer that works finds.
    case planted

    /// All but `planted`.
    static var honest: [Target] { allCases.filter { $0 != .planted } }

    func read(_ bytes: [UInt8]) {
        switch self {
        case .frames: readFrames(bytes)
        case .upgrade: readUpgrade(bytes)
        case .json: _ = try? ClientMessage(reading: bytes)
        case .token: readToken(bytes)
        case .resume: readResume(bytes)
        case .planted: readPlanted(bytes)
        }
    }
}

// MARK: The frame codec

/// What a parser says of bytes that come in pieces of this size.
private func hear(_ bytes: [UInt8], pieces: Int) -> [String] {
    var parser = WebSocketParser()
    var buffer = ByteBuffer()
    var heard: [String] = []
    var rest = bytes[...]
    do throws(ProtocolError) {
        while !rest.isEmpty {
            buffer.writeBytes(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
            while let event = try parser.next(from: &buffer) {
                heard.append(describe(event))
                precondition(parser.joinedByteCount <= WebSocketParser.largestBinary)
            }
        }
    } catch {
        heard.append("\(error)")
    }
    return heard
}

private func describe(_ event: WebSocketEvent) -> String {
    switch event {
    case .binary(let payload):
        guard let words = payload.headerWords,
            let header = try? FrameHeader(words: words, frameByteCount: payload.byteCount)
        else { return "binary \(payload.byteCount)" }
        guard let frame = try? header.inbound(frameByteCount: payload.byteCount) else {
            return "relay's own"
        }
        // What may come in goes out as one frame, and is read again as itself.
        let count = WebSocketFraming.messageByteCount(forFrame: payload.byteCount)
        let target = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 8)
        defer { target.deallocate() }
        WebSocketFraming.writeMessage(payload, sequence: 9, into: target)
        precondition(
            WebSocketFraming.header(ofMessage: UnsafeRawBufferPointer(target)).sequence == 9)
        return "frame \(frame)"
    case .text(let text):
        precondition(text.readableBytes <= WebSocketParser.largestText)
        let reading = try? ClientMessage(reading: Array(text.readableBytesView))
        return "text \(text.readableBytes) \(reading != nil)"
    case .ping(let payload): return "ping \(payload.readableBytes)"
    case .pong: return "pong"
    case .close(let code): return "close \(code.map { "\($0)" } ?? "–")"
    }
}

private func readFrames(_ bytes: [UInt8]) {
    let whole = hear(bytes, pieces: max(1, bytes.count))
    precondition(whole == hear(bytes, pieces: 1), "it matters how bytes come")
    precondition(whole == hear(bytes, pieces: 7), "it matters how bytes come")
}

/// The mistake: a goodbye of 1011 is taken for one that cannot be.
private func readPlanted(_ bytes: [UInt8]) {
    var parser = WebSocketParser()
    var buffer = ByteBuffer(bytes: bytes)
    while let event = try? parser.next(from: &buffer) {
        if case .close(let code?) = event { precondition(code != 1011) }
    }
}

// MARK: The upgrade

private let routes: Routes = {
    guard let room = RoomName("demo") else { preconditionFailure("it is a name") }
    do {
        return try Routes(
            rooms: [
                RoomDescription(
                    room: room, displayName: "Demo", emergency: .init(text: "", phone: nil),
                    languages: ["en"], showPosition: true, patientCopy: .clear,
                    clientStorage: false, build: "0000")
            ],
            files: StaticFiles(directory: "Sources/Web"),
            allowing: AllowList(hosts: ["fuzz.example"], origins: ["https://fuzz.example"]),
            security: SecurityHeaders(strictTransport: true))
    } catch {
        preconditionFailure("\(error)")
    }
}()

private final class Sink: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}

private func readUpgrade(_ bytes: [UInt8]) {
    let channel = EmbeddedChannel()
    defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
    var isAttached = false
    let web = UpgradeChannel(
        routes: routes, limits: ConnectionLimits(), isDraining: { false }, report: { _ in },
        attach: { channel, _ in
            isAttached = true
            try channel.pipeline.syncOperations.addHandler(Sink())
        })
    guard let address = try? SocketAddress(ipAddress: "192.0.2.1", port: 1),
        (try? channel.connect(to: address).wait()) != nil, let place = web.accept(channel),
        (try? web.install(on: channel, at: place, expectsTLS: false)) != nil
    else { preconditionFailure("the channel could not be made") }
    for piece in [bytes.prefix(bytes.count / 2), bytes.suffix(bytes.count - bytes.count / 2)]
    where channel.isActive && !piece.isEmpty {
        _ = try? channel.writeInbound(ByteBuffer(bytes: piece))
    }
    channel.embeddedEventLoop.run()
    var answer = ByteBuffer()
    while var part = try? channel.readOutbound(as: ByteBuffer.self) { answer.writeBuffer(&part) }
    guard let text = answer.getString(at: 0, length: min(12, answer.readableBytes)) else { return }
    precondition(text.isEmpty || text.hasPrefix("HTTP/1.1 "), "an answer is an answer")
    precondition(!isAttached || String(buffer: answer).contains("HTTP/1.1 101"))
}

// MARK: The token

private let admission: Admission = {
    let folder = FileManager.default.temporaryDirectory.appending(path: "lethe-fuzz-keys")
    do {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // Its private half was thrown away: nothing that is found here is ever signed.
        let key = """
            -----BEGIN PUBLIC KEY-----
            MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAET5jVR7q+fbhoOqQv0KiOQB9UeMnw
            ptYFQmbe6CEstvYSzIQFBQQtOUjBrxz/LFNr19eXmjg7RO0JoCnk8lOGHQ==
            -----END PUBLIC KEY-----
            """
        try Data(key.utf8).write(to: folder.appending(path: "desk.pem"))
        return Admission(
            keys: try KeySet(directory: folder.path), providers: ["demo": ["rivera"]])
    } catch {
        preconditionFailure("\(error)")
    }
}()

private func readToken(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    let done = DispatchSemaphore(value: 0)
    Task.detached {
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        if case .success = await admission.admit(token: text, to: "demo", at: now) {
            preconditionFailure("nobody has signed this")
        }
        done.signal()
    }
    done.wait()
}

// MARK: Resuming

private let credential =
    #""session":"\#(String(repeating: "A", count: 43))","suite":1,"#
    + #""key":"BA\#(String(repeating: "A", count: 85))""#

/// A room in which a patient with three messages was lost, and that patient's way back.
private let lost: (room: Room, entrance: PatientEntrance, conversation: ConversationID) = {
    guard
        case .checkIn(_, let key, _, _) = try? ClientMessage(
            reading: Array(#"{"type":"check_in",\#(credential)}"#.utf8))
    else { preconditionFailure("the first frame is one") }
    var room = Room()
    let (console, page) = (ConnectionID(1), ConnectionID(2))
    var conversation: ConversationID?
    func happen(_ event: Event) {
        var effects: [Effect] = []
        room.handle(event, at: Instant(nanoseconds: 1_000), into: &effects)
        for case .notify(.patientConversation(let id, _, _, _), _) in effects { conversation = id }
    }
    happen(
        .connected(
            console,
            .provider(
                ProviderEntrance(
                    provider: ProviderID(0), secret: SecretID(1), pageKey: key,
                    key: SignInKeyID(0)))))
    let entrance = PatientEntrance(
        secret: SecretID(2), pageKey: key, source: SourceID(1), entropy: 7)
    happen(.connected(page, .patient(entrance)))
    guard let conversation else { preconditionFailure("a chat begins") }
    for number in 1...3 as ClosedRange<UInt32> {
        happen(
            .frame(
                Frame(
                    kind: .message, slot: .patient, epoch: 0, number: number,
                    conversation: conversation, byteCount: 280),
                from: page))
    }
    happen(.disconnected(page, .lost))
    return (room, entrance, conversation)
}()

private func readResume(_ bytes: [UInt8]) {
    let first = Array(#"{"type":"check_in",\#(credential),"resume":"#.utf8) + bytes + [0x7D]
    guard case .checkIn(_, _, _, let resume) = try? ClientMessage(reading: first) else { return }
    var room = lost.room
    var entrance = lost.entrance
    entrance.resume = resume
    var effects: [Effect] = []
    room.handle(
        .connected(ConnectionID(3), .patient(entrance)), at: Instant(nanoseconds: 2_000),
        into: &effects)
    for case .send(.messages(let id, let first, let last, _), _) in effects {
        precondition(id == lost.conversation && first >= 1 && first <= last && last == 3)
    }
    precondition(
        effects.contains { effect in
            switch effect {
            case .disconnect, .notify(.checkedIn, _): true
            default: false
            }
        })
}
