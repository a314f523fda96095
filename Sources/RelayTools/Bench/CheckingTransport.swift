import RelayClient
import Rooms
import WireProtocol

/// The client's own transport, and on each of its sockets a check that the client does not need: it
/// drops what comes twice and asks again for what is missing, and a bench must not.
struct CheckingTransport: Transport {
    let transport: NIOTransport
    let tally: Tally

    func connect(to address: RelayAddress) async throws -> any TransportSocket {
        CheckingSocket(try await transport.connect(to: address), tally)
    }
}

private struct CheckingSocket: TransportSocket {
    let messages: AsyncStream<TransportMessage>
    private let socket: any TransportSocket

    init(_ socket: any TransportSocket, _ tally: Tally) {
        self.socket = socket
        let (messages, hearing) = AsyncStream<TransportMessage>.makeStream()
        self.messages = messages
        let heard = socket.messages
        Task {
            var places = Places()
            for await message in heard {
                if case .binary(let bytes) = message, let wrong = places.take(bytes) {
                    tally.fail(wrong)
                }
                hearing.yield(message)
            }
            hearing.finish()
        }
    }

    func send(_ message: TransportMessage) async { await socket.send(message) }
    func close() async { await socket.close() }
}

/// The last sequence of each conversation on a socket: the next one is one more
/// (`docs/protocol.md`, "Sequence").
private struct Places {
    private var last: [ConversationID: UInt32] = [:]

    /// - Returns: what is wrong with this frame.
    mutating func take(_ bytes: [UInt8]) -> String? {
        guard bytes.count >= FrameHeader.byteCount else { return "a frame was too short" }
        func word(at offset: Int) -> UInt64 {
            bytes[offset..<offset + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
        guard
            let header = try? FrameHeader(
                words: (word(at: 0), word(at: 8), word(at: 16)), frameByteCount: bytes.count)
        else { return "a frame could not be read" }
        guard header.kind == .message || header.kind == .accepted else { return nil }
        let expected = last[header.conversation, default: 0] + 1
        last[header.conversation] = max(header.sequence, expected - 1)
        if header.sequence == expected { return nil }
        return header.sequence < expected
            ? "a message came twice" : "a message is missing, or came too early"
    }
}
