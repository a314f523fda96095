import Compliance
import Rooms
import WireProtocol

/// The receipts of a room's last erasures, for as long as the rules remember them: a page that asks
/// again gets the same one.
struct GivenReceipts {
    private var receipts: [ConversationID: ErasureReceipt] = [:]
    private var order: [ConversationID] = []
    private var oldest = 0
    private let bound: Int

    /// - Parameter bound: `Limits.rememberedErasures`.
    init(bound: Int) {
        self.bound = bound
    }

    var count: Int { receipts.count }

    subscript(conversation: ConversationID) -> ErasureReceipt {
        guard let receipt = receipts[conversation] else {
            preconditionFailure("every erasure has its receipt")
        }
        return receipt
    }

    /// Before the rules hear of it.
    mutating func keep(_ receipt: Receipt, of conversation: ConversationID) {
        receipts[conversation] = ErasureReceipt(
            id: receipt.id.bytes, entry: receipt.entry.number, minute: receipt.entry.minute,
            messageCount: Int(receipt.entry.messageCount), byteCount: Int(receipt.entry.byteCount),
            proof: receipt.bytes)
    }

    /// The rules have taken note of it, and may have forgotten the oldest.
    mutating func settle(_ conversation: ConversationID) {
        if order.count < bound {
            order.append(conversation)
        } else {
            receipts[order[oldest]] = nil
            order[oldest] = conversation
            oldest = (oldest + 1) % bound
        }
    }

    /// Nobody can ask any more.
    mutating func forget() {
        self = GivenReceipts(bound: bound)
    }
}
