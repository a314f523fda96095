import WireProtocol

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What both sides of a conversation get when the relay has erased it: the relay's signed word
/// of when, why and how much. It names nobody, and no other receipt has anything in common with it.
///
/// It proves that the relay said so. `lethe verify` checks it against the relay's ledger.
public struct ErasureReceipt: Hashable, Sendable {
    /// Sixteen random bytes, known to these two sides only.
    public let id: [UInt8]
    public let cause: ErasureCause
    /// A whole minute.
    public let time: Date
    public let messageCount: Int
    public let byteCount: Int
    /// The place in the relay's ledger, from 1.
    public let entry: UInt64
    let proof: [UInt8]

    /// What a checking tool reads, as one word: `lethe-receipt-1.…`
    public var text: String {
        "lethe-receipt-1." + String(decoding: Base64URL.encode(proof), as: UTF8.self)
    }
}
