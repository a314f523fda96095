import Rooms
import WireProtocol

/// The sealed messages of one conversation, each as the server frame that any reader is sent, and
/// the newest receipts of each side. Everything is zeroed when this goes.
final class HeldConversation {
    /// Room for the first short message; the next chunk is twice as large, up to a bound.
    private static let firstChunk = 512

    /// Short messages lie in the heap: from 16 KiB on a block is mapped by itself, of new pages.
    /// Of long ones so few would fit that each second message took a chunk.
    private static func largestChunk(for byteCount: Int) -> Int {
        byteCount <= 1_024 ? 12_288 : 32_768
    }

    private var chunks: [WipedBytes] = []
    private var used = 0
    /// By sequence − 1.
    private var messages: [UnsafeRawBufferPointer] = []
    private var receipts: [Receipt: WipedBytes] = [:]
    private(set) var byteCount = 0
    private let end: (UnsafeMutableRawBufferPointer) -> Void

    /// - Parameter end: zeroes memory that was used, and gives it back.
    init(end: @escaping (UnsafeMutableRawBufferPointer) -> Void) {
        self.end = end
    }

    var messageCount: Int { messages.count }

    struct Receipt: Hashable {
        var kind: ReceiptKind
        var slot: Slot
    }

    /// Copies a message in, unmasked and framed. Sequences come in order and without a gap.
    func append(_ payload: MaskedPayload, sequence: UInt32) {
        precondition(Int(sequence) == messages.count + 1, "held sequences have no gap")
        let target = space(WebSocketFraming.messageByteCount(forFrame: payload.byteCount))
        WebSocketFraming.writeMessage(payload, sequence: sequence, into: target)
        messages.append(UnsafeRawBufferPointer(target))
        byteCount += target.count
    }

    /// A server frame: WebSocket header, relay header, body. Valid as long as this object.
    func message(_ sequence: UInt32) -> UnsafeRawBufferPointer {
        messages[Int(sequence) - 1]
    }

    /// The newest receipt of a side takes the place of the former.
    func keep(_ payload: MaskedPayload, _ receipt: Receipt) {
        let count = WebSocketFraming.messageByteCount(forFrame: payload.byteCount)
        let frame: WipedBytes
        if let former = receipts[receipt] {
            frame = former
        } else {
            frame = WipedBytes(byteCount: count, end: end)
            receipts[receipt] = frame
            byteCount += count
        }
        WebSocketFraming.writeMessage(payload, sequence: 0, into: frame.bytes)
    }

    func receipt(_ receipt: Receipt) -> UnsafeRawBufferPointer? {
        receipts[receipt].map { UnsafeRawBufferPointer($0.bytes) }
    }

    // MARK: Piece by piece

    private static let receiptKinds: [Receipt] = [
        Receipt(kind: .delivered, slot: .patient), Receipt(kind: .delivered, slot: .provider),
        Receipt(kind: .seen, slot: .patient), Receipt(kind: .seen, slot: .provider),
    ]

    var pieceCount: Int { messages.count + Self.receiptKinds.count }

    /// For `RawDump`: messages (1), then receipts (2); `nil` for one that did not come yet.
    func piece(_ index: Int) -> (kind: UInt8, bytes: UnsafeRawBufferPointer)? {
        if index < messages.count { return (1, messages[index]) }
        return receipt(Self.receiptKinds[index - messages.count]).map { (2, $0) }
    }

    private func space(_ count: Int) -> UnsafeMutableRawBufferPointer {
        if chunks.last.map({ $0.bytes.count - used < count }) ?? true {
            let next = chunks.last.map { $0.bytes.count * 2 } ?? Self.firstChunk
            chunks.append(
                WipedBytes(
                    byteCount: max(count, min(next, Self.largestChunk(for: count))), end: end))
            used = 0
        }
        let chunk = chunks[chunks.count - 1].bytes
        defer { used += count }
        return UnsafeMutableRawBufferPointer(rebasing: chunk[used..<used + count])
    }
}
