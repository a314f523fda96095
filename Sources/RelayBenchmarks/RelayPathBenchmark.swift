import Compliance
import NIOCore
import NIOEmbedded
import RelayServer
import Rooms
import WireProtocol

/// A message from a patient's socket to the provider's, without TLS and without the kernel: parser,
/// handler, host, rules, retention, two outgoing frames and `unread`. A handler that takes what is
/// written and lets go of it stands in for TLS.
enum RelayPathBenchmark {
    static let messageCount = 1_024
    /// The embedded loop allocates five times for each task, a real one once. Enough messages in
    /// a turn that one more allocation for each message is what is seen.
    static let messagesInATurn = 64

    static func run() -> [Measurement] {
        [256, 4_096].map { bodyByteCount in
            var pair = EmbeddedPair()
            var frames: [ByteBuffer] = []
            return Measurement.take(
                "relay path, \(bodyByteCount) byte body", messages: messageCount,
                setUp: {
                    pair = EmbeddedPair()
                    frames = (1...UInt32(messageCount)).map {
                        pair.message($0, bodyByteCount: bodyByteCount)
                    }
                }
            ) {
                for turn in stride(from: 0, to: messageCount, by: messagesInATurn) {
                    pair.relay(frames[turn..<turn + messagesInATurn])
                }
                precondition(pair.heldMessageCount == messageCount, "every message was relayed")
            }
        }
    }
}

/// A patient and a provider on embedded channels of one loop.
private final class EmbeddedPair {
    private let loop = EmbeddedEventLoop()
    private let host: RoomHost
    private let patient: EmbeddedChannel
    private let provider: EmbeddedChannel
    private let table: ConnectionTable

    init() {
        var limits = ServerLimits()
        limits.timePerFrame = .zero
        limits.timePerKibibyte = .zero
        table = ConnectionTable(limits: limits)
        host = RoomHost(
            name: "demo", room: Room(limits: BenchmarkScene.limits),
            context: NoticeContext(
                room: "demo", roomName: "Demo", providers: [("rivera", "Dr Rivera")],
                limits: Limits(), epochMilliseconds: 0),
            budget: MemoryBudget(byteLimit: 1 << 30), connections: table,
            ledger: BenchmarkScene.ledger, eventLoop: loop)
        provider = EmbeddedChannel(loop: loop)
        patient = EmbeddedChannel(loop: loop)
        let door = BenchmarkDoor()
        let places = ConnectionLimits()
        for channel in [provider, patient] {
            guard case .success(let place) = places.accept(from: nil, at: loop.now) else {
                preconditionFailure("two connections are not too many")
            }
            let handler = table.insert {
                ConnectionHandler(id: $0, host: host, door: door, place: place)
            }
            do {
                try channel.pipeline.syncOperations.addHandlers([TLSStandIn(), handler])
            } catch {
                preconditionFailure("\(error)")
            }
        }
        say(
            "{\"type\":\"sign_in\",\"token\":\"t\",\(Self.credential("A"))}",
            on: provider)
        loop.run()
        say("{\"type\":\"check_in\",\(Self.credential("B"))}", on: patient)
    }

    private static func credential(_ character: Character) -> String {
        let secret = String(repeating: character, count: 42) + "A"
        let key = "BA" + String(repeating: character, count: 84) + "A"
        return "\"session\":\"\(secret)\",\"suite\":1,\"key\":\"\(key)\""
    }

    func message(_ number: UInt32, bodyByteCount: Int) -> ByteBuffer {
        var frame = ByteBuffer()
        let payloadByteCount = FrameHeader.byteCount + bodyByteCount
        frame.writeInteger(UInt8(0x82))
        frame.writeInteger(UInt8(0x80 | 126))
        frame.writeInteger(UInt16(payloadByteCount))
        frame.writeInteger(UInt32(0))  // A mask of zeros is legal, and leaves the bytes readable.
        let header = FrameHeader(
            kind: .message, slot: .patient, epoch: 0, number: number,
            conversation: ConversationID(1), sequence: 0)
        frame.writeWithUnsafeMutableBytes(minimumWritableBytes: FrameHeader.byteCount) {
            header.write(into: $0)
            return FrameHeader.byteCount
        }
        frame.writeRepeatingByte(7, count: bodyByteCount)
        return frame
    }

    var heldMessageCount: Int { host.held.messageCount }

    /// A turn of the loop that reads these frames, each by itself.
    func relay(_ frames: ArraySlice<ByteBuffer>) {
        for frame in frames { write(frame, to: patient) }
        // Long enough for what is accepted, which waits for company.
        loop.advanceTime(by: ServerLimits().acceptedDelay)
    }

    private func say(_ json: String, on channel: EmbeddedChannel) {
        // Spaces up to a length that needs two bytes: JSON does not mind.
        let json = json + String(repeating: " ", count: 128)
        var frame = ByteBuffer()
        frame.writeInteger(UInt8(0x81))
        frame.writeInteger(UInt8(0x80 | 126))
        frame.writeInteger(UInt16(json.utf8.count))
        frame.writeInteger(UInt32(0))
        frame.writeString(json)
        write(frame, to: channel)
    }

    private func write(_ frame: ByteBuffer, to channel: EmbeddedChannel) {
        channel.pipeline.fireChannelRead(frame)
        channel.pipeline.fireChannelReadComplete()
    }
}

private final class TLSStandIn: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        promise?.succeed()
    }
}

private final class BenchmarkDoor: Door {
    func admit(
        _ token: ClientText, to room: String, on eventLoop: any EventLoop
    ) -> EventLoopFuture<AdmittedProvider?> {
        eventLoop.makeSucceededFuture(
            AdmittedProvider(provider: ProviderID(0), key: SignInKeyID(1), isExpired: false))
    }

    func left(_ id: ConnectionID) {}
}
