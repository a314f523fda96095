import Crypto

/// The secrets of the conversations `first…last` of a pairing, on their way from the patient's page
/// to the provider's. Today they are always one.
extension Pairing {
    static let wrapByteCount = PageKey.sealedOverhead + ConversationSecret.byteCount

    /// - Parameter check: `C_e` of the conversation, bound as associated data.
    func wrap(
        _ secret: ConversationSecret, epoch: UInt16, check: [UInt8], by own: PageKey
    ) throws(CipherError) -> [UInt8] {
        try own.seal(
            secret.key.withUnsafeBytes(Array.init), to: provider, info: wrapInfo(epoch),
            authenticating: check)
    }

    func unwrap(
        _ sealed: [UInt8], epoch: UInt16, check: [UInt8], by own: PageKey
    ) throws(CipherError) -> ConversationSecret {
        guard sealed.count == Self.wrapByteCount else { throw .length }
        return try ConversationSecret(
            own.open(sealed, from: patient, info: wrapInfo(epoch), authenticating: check))
    }

    private func wrapInfo(_ epoch: UInt16) -> [UInt8] {
        labelled(.wrap, transcript, epoch.bigEndianBytes, epoch.bigEndianBytes)
    }
}
