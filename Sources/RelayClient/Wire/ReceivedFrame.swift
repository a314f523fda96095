import Rooms
import WireProtocol

/// A binary frame from the relay: what a client looks at, and all of its bytes.
struct ReceivedFrame: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case accepted
        case delivered
        case seen
        case typing(Bool)
        case unread
        case message
    }

    let kind: Kind
    let epoch: UInt16
    let number: UInt32
    let conversation: UInt32
    let sequence: UInt32
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) throws(ProtocolError) {
        guard bytes.count >= FrameHeader.byteCount else { throw .badLength }
        func word(at offset: Int) -> UInt64 {
            bytes[offset..<offset + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
        let header = try FrameHeader(
            words: (word(at: 0), word(at: 8), word(at: 16)), frameByteCount: bytes.count)
        kind =
            switch header.kind {
            case .accepted: .accepted
            case .delivered: .delivered
            case .seen: .seen
            case .typing: .typing(header.flags == 1)
            case .unread: .unread
            case .message: .message
            }
        epoch = header.epoch
        number = header.number
        conversation = header.conversation.rawValue
        sequence = header.sequence
        self.bytes = bytes
    }

    /// `typing`: 40 bytes, of which the last 16 are zeros.
    static func typing(
        _ isTyping: Bool, slot: UInt8, epoch: UInt16, conversation: UInt32
    ) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: FrameHeader.controlByteCount)
        let header = FrameHeader(
            kind: .typing, slot: slot == 0 ? .patient : .provider, flags: isTyping ? 1 : 0,
            epoch: epoch, number: 0, conversation: ConversationID(conversation), sequence: 0)
        bytes.withUnsafeMutableBytes { header.write(into: $0) }
        return bytes
    }
}
