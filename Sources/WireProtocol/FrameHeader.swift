package import Rooms

/// The first 24 bytes of every binary frame. Integers are big-endian.
///
/// | offset | bytes | field | set by |
/// |-------:|------:|:------|:-------|
/// | 0 | 1 | version = 1 | sender |
/// | 1 | 1 | kind | sender |
/// | 2 | 1 | slot: 0 patient, 1 provider | sender |
/// | 3 | 1 | flags: 0; `typing`: 1 started, 0 stopped | sender |
/// | 4 | 2 | epoch | sender |
/// | 6 | 2 | zero | sender |
/// | 8 | 8 | `number`, at most 2²⁰ | sender |
/// | 16 | 4 | `conversation` | sender |
/// | 20 | 4 | `sequence`: 0 inbound | relay |
///
/// Source: `docs/protocol.md`, "Frames". Mirrored by `Sources/Web/relay/frames.js`.
package struct FrameHeader: Hashable, Sendable {
    package static let byteCount = 24
    /// Header and a 16-byte proof.
    package static let controlByteCount = 40
    /// Lengths of the body of a content frame.
    package static let sizeClasses = [256, 512, 1024, 2048, 4096, 8192, 16384]
    package static let largestByteCount = byteCount + 16384
    /// No sender numbers more messages than this in one conversation.
    package static let largestNumber: UInt64 = 1 << 20
    static let version: UInt64 = 1

    package var kind: FrameKind
    package var slot: Slot
    package var flags: UInt8
    package var epoch: UInt16
    package var number: UInt32
    package var conversation: ConversationID
    package var sequence: UInt32

    package init(
        kind: FrameKind, slot: Slot, flags: UInt8 = 0, epoch: UInt16, number: UInt32,
        conversation: ConversationID, sequence: UInt32
    ) {
        self.kind = kind
        self.slot = slot
        self.flags = flags
        self.epoch = epoch
        self.number = number
        self.conversation = conversation
        self.sequence = sequence
    }

    /// Reads the header as three words in the order of the wire, and checks it and the length of
    /// the whole frame. Nothing of the body is looked at.
    package init(words: (UInt64, UInt64, UInt64), frameByteCount: Int) throws(ProtocolError) {
        let (first, second, third) = words
        guard first >> 56 == Self.version else { throw .badVersion }
        guard let kind = FrameKind(rawValue: UInt8(truncatingIfNeeded: first >> 48)) else {
            throw .badKind
        }
        guard let slot = Slot(rawValue: UInt8(truncatingIfNeeded: first >> 40)) else {
            throw .badSlot
        }
        let flags = UInt8(truncatingIfNeeded: first >> 32)
        guard flags == 0 || (kind == .typing && flags == 1) else { throw .badFlags }
        guard first & 0xFFFF == 0 else { throw .badReserved }
        guard second <= Self.largestNumber else { throw .badNumber }
        self.kind = kind
        self.slot = slot
        self.flags = flags
        epoch = UInt16(truncatingIfNeeded: first >> 16)
        number = UInt32(truncatingIfNeeded: second)
        conversation = ConversationID(UInt32(truncatingIfNeeded: third >> 32))
        sequence = UInt32(truncatingIfNeeded: third)
        guard hasLegalLength(frameByteCount) else { throw .badLength }
    }

    private func hasLegalLength(_ count: Int) -> Bool {
        switch kind {
        case .accepted, .delivered, .seen, .typing, .unread:
            count == Self.controlByteCount
        case .message:
            // 24 and a power of two from 2⁸ to 2¹⁴.
            (count - Self.byteCount).nonzeroBitCount == 1 && count >= Self.byteCount + 256
                && count <= Self.largestByteCount
        }
    }

    /// What the rules may know of a frame that a page sent.
    package func inbound(frameByteCount: Int) throws(ProtocolError) -> Frame {
        switch kind {
        case .accepted, .unread: throw .badKind
        case .message: guard number > 0 else { throw .badNumber }
        case .typing: guard number == 0 else { throw .badNumber }
        case .delivered, .seen: break
        }
        guard sequence == 0 else { throw .badSequence }
        return Frame(
            kind: kind, slot: slot, epoch: epoch, number: number, conversation: conversation,
            byteCount: frameByteCount)
    }

    /// Writes the 24 bytes.
    package func write(into bytes: UnsafeMutableRawBufferPointer) {
        precondition(bytes.count >= Self.byteCount, "a header has 24 bytes")
        let first =
            Self.version << 56 | UInt64(kind.rawValue) << 48 | UInt64(slot.rawValue) << 40
            | UInt64(flags) << 32 | UInt64(epoch) << 16
        let third = UInt64(conversation.rawValue) << 32 | UInt64(sequence)
        bytes.storeBytes(of: first.bigEndian, toByteOffset: 0, as: UInt64.self)
        bytes.storeBytes(of: UInt64(number).bigEndian, toByteOffset: 8, as: UInt64.self)
        bytes.storeBytes(of: third.bigEndian, toByteOffset: 16, as: UInt64.self)
    }
}
