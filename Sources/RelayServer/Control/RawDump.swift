import NIOCore
import Rooms

/// All that is held, byte for byte, piece by piece: for whoever wants to see that it says nothing.
///
/// The line `lethe-raw-1`, then pieces: kind (1 message, 2 receipt of reading, 3 card), length
/// (`u32`, big-endian), that many bytes; at the end kind 0 with length 0. Messages and receipts are
/// the frames that a page is sent, with their headers; all that is not header is sealed.
final class RawDump {
    /// Copied at a time: what is erased meanwhile waits for nobody in larger copies.
    private static let chunkByteCount = 65_536

    private var rooms: [HeldFrames]
    private var conversations: [ConversationID] = []
    private var nextPiece = 0
    private var cards: [HeldFrames.CardKey] = []
    private var hasBegun = false
    private var hasEnded = false

    init(_ rooms: [HeldFrames]) {
        self.rooms = rooms
        look()
    }

    /// The next chunk; `nil` after the last.
    func next() -> ByteBuffer? {
        guard !hasEnded else { return nil }
        var chunk = ByteBufferAllocator().buffer(capacity: Self.chunkByteCount)
        if !hasBegun {
            hasBegun = true
            chunk.writeStaticString("lethe-raw-1\n")
        }
        while chunk.readableBytes < Self.chunkByteCount {
            guard advance(into: &chunk) else {
                hasEnded = true
                chunk.writeMultipleIntegers(UInt8(0), UInt32(0))
                break
            }
        }
        return chunk
    }

    /// Writes a piece, or finds that there is none where it looked. `false`: that was all.
    private func advance(into chunk: inout ByteBuffer) -> Bool {
        guard let held = rooms.last else { return false }
        if let id = conversations.last {
            // Erased meanwhile: its pieces are not there any more.
            if let conversation = held[id], nextPiece < conversation.pieceCount {
                if let (kind, bytes) = conversation.piece(nextPiece) {
                    write(kind, bytes, into: &chunk)
                }
                nextPiece += 1
            } else {
                conversations.removeLast()
                nextPiece = 0
            }
        } else if let card = cards.popLast() {
            if let bytes = held.card(of: card.visit, for: card.session) {
                write(3, bytes, into: &chunk)
            }
        } else {
            rooms.removeLast()
            look()
        }
        return true
    }

    private func look() {
        conversations = rooms.last?.conversationIDs ?? []
        cards = rooms.last?.cardKeys ?? []
    }

    private func write(
        _ kind: UInt8, _ bytes: UnsafeRawBufferPointer, into chunk: inout ByteBuffer
    ) {
        chunk.writeMultipleIntegers(kind, UInt32(bytes.count))
        chunk.writeBytes(bytes)
    }
}
