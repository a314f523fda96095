import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// HPKE (RFC 9180), single shot, Auth mode: only the holder of `to` opens it, and only this key can
/// have sealed it. Sealed: `enc` (65 bytes) ‖ ciphertext ‖ tag. A context is used once.
extension PageKey {
    static let sealedOverhead = PeerKey.byteCount + 16

    func seal(
        _ plaintext: [UInt8], to peer: PeerKey, info: [UInt8], authenticating aad: [UInt8]
    ) throws(CipherError) -> [UInt8] {
        do {
            var sender = try HPKE.Sender(
                recipientKey: peer.key, ciphersuite: Suite.hpke, info: Data(info),
                authenticatedBy: privateKey)
            let ciphertext = try sender.seal(plaintext, authenticating: aad)
            return Array(sender.encapsulatedKey + ciphertext)
        } catch {
            throw .key
        }
    }

    func open(
        _ sealed: [UInt8], from peer: PeerKey, info: [UInt8], authenticating aad: [UInt8]
    ) throws(CipherError) -> [UInt8] {
        guard sealed.count >= Self.sealedOverhead else { throw .length }
        let encapsulated = try PeerKey(Array(sealed.prefix(PeerKey.byteCount)))
        do {
            var recipient = try HPKE.Recipient(
                privateKey: privateKey, ciphersuite: Suite.hpke, info: Data(info),
                encapsulatedKey: Data(encapsulated.bytes), authenticatedBy: peer.key)
            return Array(
                try recipient.open(sealed.dropFirst(PeerKey.byteCount), authenticating: aad))
        } catch {
            throw .tag
        }
    }
}
