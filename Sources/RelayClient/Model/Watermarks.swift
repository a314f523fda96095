import SealedChat

/// How far the other side has come in one conversation: believed only with a proof that the other
/// page alone can make. Mirrored by `Sources/Web/relay/watermarks.js`.
struct Watermarks {
    private(set) var delivered: UInt32 = 0
    private(set) var seen: UInt32 = 0
    /// The newest of each kind that this page cannot check yet: whole receipts.
    private var waiting: [ConversationCipher.Receipt: (watermark: UInt32, frame: [UInt8])] = [:]

    mutating func claim(
        _ receipt: ConversationCipher.Receipt, _ watermark: UInt32, _ frame: [UInt8]
    ) {
        guard watermark > reached(receipt), watermark > waiting[receipt]?.watermark ?? 0 else {
            return
        }
        waiting[receipt] = (watermark, frame)
    }

    /// What can be checked by a page that has everything up to `last`.
    mutating func take(
        upTo last: UInt32
    ) -> [(receipt: ConversationCipher.Receipt, watermark: UInt32, frame: [UInt8])] {
        [ConversationCipher.Receipt.delivered, .seen].compactMap { receipt in
            guard let (watermark, frame) = waiting[receipt], watermark <= last else { return nil }
            waiting[receipt] = nil
            return (receipt, watermark, frame)
        }
    }

    /// One was proved.
    mutating func believe(_ receipt: ConversationCipher.Receipt, _ watermark: UInt32) {
        if receipt == .seen { seen = max(seen, watermark) }
        delivered = max(delivered, watermark)
    }

    private func reached(_ receipt: ConversationCipher.Receipt) -> UInt32 {
        receipt == .seen ? seen : delivered
    }
}
