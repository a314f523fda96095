import Compliance
import NIOCore
import Rooms
import WireProtocol

/// Two thousand chats erased by one event: ledger, receipts, signature, and the notice for both
/// pages of each. Per erasure.
enum ErasureBenchmark {
    static let erasureCount = 2_000

    static func run() -> Measurement {
        let ledger = BenchmarkScene.ledger
        let erasures = Array(
            repeating: Ledger.Erasure(.wiped, messageCount: 20, byteCount: 5_680),
            count: erasureCount)
        return Measurement.take("erasure, 2,000 in a burst", messages: erasureCount, setUp: {}) {
            var byteCount = 0
            for receipt in ledger.record(erasures, minute: 29_000_000) {
                let told = ErasureReceipt(
                    id: receipt.id.bytes, entry: receipt.entry.number,
                    minute: receipt.entry.minute, messageCount: 20, byteCount: 5_680,
                    proof: receipt.bytes)
                for _ in 0..<2 {
                    byteCount +=
                        ServerMessage.erased(ConversationID(1), .wiped, told).readableBytes
                }
            }
            precondition(byteCount > 0, "both pages are told")
        }
    }
}
