/// What both pages are given of an erasure: the ledger's entry, sixteen random bytes, and the
/// relay's signature in a form that a checking tool reads (`docs/ledger.md`).
package struct ErasureReceipt: Hashable, Sendable {
    /// 16 random bytes, given to these two pages only. As base64url, like `proof`: both are written
    /// once and told twice.
    package let id: [UInt8]
    /// The place in the ledger, from 1.
    package var entry: UInt64
    /// Minutes since 1970.
    package var minute: UInt32
    package var messageCount: Int
    package var byteCount: Int
    package let proof: [UInt8]

    package init(
        id: [UInt8], entry: UInt64, minute: UInt32, messageCount: Int, byteCount: Int,
        proof: [UInt8]
    ) {
        self.id = Base64URL.encode(id)
        self.entry = entry
        self.minute = minute
        self.messageCount = messageCount
        self.byteCount = byteCount
        self.proof = Base64URL.encode(proof)
    }
}
