/// Kinds of binary frames. Control frames are below 0x10; kinds from 0x10 on carry content and are
/// numbered, sequenced and held until an erasure. Source: `docs/protocol.md`, "Frames".
///
/// | kind | path | held | counts as unread |
/// |:--|:--|:--|:--|
/// | `accepted` | relay → sender | no | no |
/// | `delivered`, `seen` | page → relay → page | newest per side | no |
/// | `typing` | page → relay → page | no | no |
/// | `unread` | relay → page | no | no |
/// | `message` | page → relay → page | until erased | yes |
package enum FrameKind: UInt8, Hashable, Sendable {
    case accepted = 0x01
    case delivered = 0x02
    case seen = 0x03
    case typing = 0x04
    case unread = 0x05
    case message = 0x10
}

/// All that the rules may know of a binary frame. There is no member for what it says.
package struct Frame: Hashable, Sendable {
    package var kind: FrameKind
    package var slot: Slot
    package var epoch: UInt16
    /// `message`: the sender's number, 1, 2, 3…; receipts: a watermark; `typing`: 0.
    package var number: UInt32
    package var conversation: ConversationID
    /// Bytes of the whole frame, header included.
    package var byteCount: Int

    package init(
        kind: FrameKind, slot: Slot, epoch: UInt16, number: UInt32, conversation: ConversationID,
        byteCount: Int
    ) {
        self.kind = kind
        self.slot = slot
        self.epoch = epoch
        self.number = number
        self.conversation = conversation
        self.byteCount = byteCount
    }
}

/// The two receipts whose newest one is kept per side.
package enum ReceiptKind: Hashable, Sendable {
    case delivered
    case seen
}
