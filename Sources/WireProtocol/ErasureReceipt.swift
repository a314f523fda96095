/// What both pages are given of an erasure: the ledger's entry, sixteen random bytes, and the
/// relay's signature in a form that a checking tool reads (`docs/ledger.md`).
package struct ErasureReceipt: Hashable, Sendable {
    /// 16 random bytes, given to these two pages only.
    package var id: [UInt8]
    /// The place in the ledger, from 1.
    package var entry: UInt64
    /// Minutes since 1970.
    package var minute: UInt32
    package var messageCount: Int
    package var byteCount: Int
    package var proof: [UInt8]

    package init(
        id: [UInt8], entry: UInt64, minute: UInt32, messageCount: Int, byteCount: Int,
        proof: [UInt8]
    ) {
        self.id = id
        self.entry = entry
        self.minute = minute
        self.messageCount = messageCount
        self.byteCount = byteCount
        self.proof = proof
    }
}
