/// The patient's name and answers, sealed for one provider session before there is a pairing.
/// `docs/protocol.md`, "The card".
package enum Card {
    /// Lengths of the padded content.
    static let paddedByteCounts = [496, 1008, 2032, 4080]
    /// Lengths as they travel.
    package static let sealedByteCounts = paddedByteCounts.map { $0 + PageKey.sealedOverhead }

    /// What fits into the largest card, less the mark that ends it.
    package static let mostByteCount = 4_079

    /// Throws `limit` for a content of more than 4,079 bytes.
    package static func seal(
        _ content: [UInt8], revision: UInt32, from patient: PageKey, to provider: PeerKey
    ) throws(CipherError) -> [UInt8] {
        try patient.seal(
            Padding.pad(content, to: paddedByteCounts), to: provider,
            info: labelled(.card, patient.publicKey.bytes, provider.bytes),
            authenticating: revision.bigEndianBytes)
    }

    /// The caller ignores a revision that is not above the last.
    package static func open(
        _ sealed: [UInt8], revision: UInt32, from patient: PeerKey, by provider: PageKey
    ) throws(CipherError) -> [UInt8] {
        guard sealedByteCounts.contains(sealed.count) else { throw .length }
        return try Padding.unpad(
            provider.open(
                sealed, from: patient,
                info: labelled(.card, patient.bytes, provider.publicKey.bytes),
                authenticating: revision.bigEndianBytes))
    }
}
