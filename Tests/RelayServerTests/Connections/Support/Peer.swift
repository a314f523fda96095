import NIOCore
import NIOEmbedded
import Rooms
import Testing
import WireProtocol

@testable import RelayServer

/// The other end of one socket: what it says, and what it was told.
final class Peer {
    let channel: EmbeddedChannel
    let handler: ConnectionHandler

    init(channel: EmbeddedChannel, handler: ConnectionHandler) {
        self.channel = channel
        self.handler = handler
    }

    var id: ConnectionID { handler.connection.id }
    var isOpen: Bool { channel.isActive }

    // MARK: Saying

    /// One read, the end of reading, and of the loop's turn.
    func say(_ frames: ClientBytes...) { read(frames.flatMap(\.bytes)) }

    func read(_ bytes: [UInt8]) {
        channel.pipeline.fireChannelRead(ByteBuffer(bytes: bytes))
        channel.pipeline.fireChannelReadComplete()
        endTurn()
    }

    func endTurn() { handler.host.connections.endTurn(at: handler.host.eventLoop.now) }

    static func secret(_ character: Character) -> String {
        String(repeating: character, count: 42) + "A"
    }

    /// What every first frame says of its page. The relay does not ask whether the key is one.
    static func credential(_ character: Character) -> String {
        let key = "BA" + String(repeating: character, count: 84) + "A"
        return "\"session\":\"\(secret(character))\",\"suite\":1,\"key\":\"\(key)\""
    }

    /// A card that nobody sealed: the smallest, 577 bytes.
    static func card(_ character: Character) -> String {
        String(repeating: character, count: 769) + "A"
    }

    func signIn(secret: Character = "P", resume: String? = nil) {
        say(.signIn(secret: secret, resume: resume))
    }

    func checkIn(secret: Character, resume: String? = nil) {
        let resume = resume.map { ",\"resume\":\($0)" } ?? ""
        say(.command("check_in", "\(Self.credential(secret))\(resume)"))
    }

    func isNotWritable() { setWritable(false) }
    func isWritable() { setWritable(true) }

    private func setWritable(_ isWritable: Bool) {
        channel.isWritable = isWritable
        channel.pipeline.fireChannelWritabilityChanged()
    }

    func vanish() {
        channel.close(promise: nil)
    }

    // MARK: Being told

    /// What was written since the last call, each flush apart. The loop's own tasks run before:
    /// an erasure is told of in one.
    func bursts() -> [[ServerFrame]] {
        channel.embeddedEventLoop.run()
        var bursts: [[ServerFrame]] = []
        do {
            while let buffer = try channel.readOutbound(as: ByteBuffer.self) {
                bursts.append(try ServerFrame.all(in: Array(buffer.readableBytesView)))
            }
        } catch {
            Issue.record("the relay wrote what is no frame: \(error)")
        }
        return bursts
    }

    /// The same as lines of a transcript, flushes joined.
    func told() -> [String] { bursts().joined().map(\.line) }

    func forget() { _ = bursts() }

    // MARK: Looking inside

    /// The outgoing queue as text: its cases and what they refer to.
    var queue: [String] {
        let queue = Mirror(reflecting: handler.connection).descendant("queue")
        return (queue as? any Sequence).map { $0.map { "\($0)" } } ?? ["the queue is not found"]
    }
}

/// What a page sends, masked.
struct ClientBytes {
    var bytes: [UInt8]

    static func frame(_ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true) -> ClientBytes {
        let mask: [UInt8] = [0xA5, 0x5A, 0x0F, 0xF1]
        let first = (isFinal ? 0x80 : 0) | opcode
        let length: [UInt8] =
            payload.count < 126
            ? [0x80 | UInt8(payload.count)]
            : [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        return ClientBytes(
            bytes: [first] + length + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] })
    }

    static func text(_ json: String) -> ClientBytes { frame(1, Array(json.utf8)) }

    static func command(_ type: String, _ members: String = "") -> ClientBytes {
        text("{\"type\":\"\(type)\"\(members.isEmpty ? "" : ",\(members)")}")
    }

    static func signIn(secret: Character = "P", resume: String? = nil) -> ClientBytes {
        let resume = resume.map { ",\"resume\":\($0)" } ?? ""
        return command("sign_in", "\"token\":\"t\",\(Peer.credential(secret))\(resume)")
    }

    static func close(_ code: UInt16) -> ClientBytes {
        frame(8, [UInt8(code >> 8), UInt8(code & 0xFF)])
    }

    static func header(
        _ kind: FrameKind, _ number: UInt32, from slot: Slot, in conversation: UInt32,
        epoch: UInt16 = 0, flags: UInt8 = 0
    ) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: FrameHeader.byteCount)
        let header = FrameHeader(
            kind: kind, slot: slot, flags: flags, epoch: epoch, number: number,
            conversation: ConversationID(conversation), sequence: 0)
        bytes.withUnsafeMutableBytes { header.write(into: $0) }
        return bytes
    }

    /// The body is `fill` over and over: a test finds it again wherever it should not be.
    static func message(
        _ number: UInt32, from slot: Slot = .patient, in conversation: UInt32 = 1,
        bodyByteCount: Int = 256, fill: UInt8 = 0x6D
    ) -> ClientBytes {
        let body = [UInt8](repeating: fill, count: bodyByteCount)
        return frame(2, header(.message, number, from: slot, in: conversation) + body)
    }

    static func receipt(
        _ kind: FrameKind, _ watermark: UInt32, from slot: Slot, in conversation: UInt32 = 1
    ) -> ClientBytes {
        let proof = (1...16).map { UInt8($0) }
        return frame(2, header(kind, watermark, from: slot, in: conversation) + proof)
    }

    static func typing(
        from slot: Slot = .patient, in conversation: UInt32 = 1, epoch: UInt16 = 0
    ) -> ClientBytes {
        let proof = (1...16).map { UInt8($0) }
        return frame(
            2, header(.typing, 0, from: slot, in: conversation, epoch: epoch, flags: 1) + proof)
    }
}
