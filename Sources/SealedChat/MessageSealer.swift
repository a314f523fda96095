package import Crypto

/// AES-256-GCM, as far as a conversation needs it. One small seam, so that a test can stand in it
/// and watch for a key that meets a nonce twice.
package protocol MessageSealer {
    /// Ciphertext ‖ tag.
    func seal(
        _ plaintext: [UInt8], key: SymmetricKey, nonce: [UInt8], authenticating aad: [UInt8]
    ) throws(CipherError) -> [UInt8]

    func open(
        _ sealed: [UInt8], key: SymmetricKey, nonce: [UInt8], authenticating aad: [UInt8]
    ) throws(CipherError) -> [UInt8]
}

/// swift-crypto's.
package struct GCMSealer: MessageSealer {
    package static let tagByteCount = 16

    package init() {}

    package func seal(
        _ plaintext: [UInt8], key: SymmetricKey, nonce: [UInt8], authenticating aad: [UInt8]
    ) throws(CipherError) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(
                plaintext, using: key, nonce: AES.GCM.Nonce(data: nonce), authenticating: aad)
            return Array(box.ciphertext + box.tag)
        } catch {
            throw .length
        }
    }

    package func open(
        _ sealed: [UInt8], key: SymmetricKey, nonce: [UInt8], authenticating aad: [UInt8]
    ) throws(CipherError) -> [UInt8] {
        guard sealed.count >= Self.tagByteCount else { throw .length }
        do {
            let box = try AES.GCM.SealedBox(
                nonce: AES.GCM.Nonce(data: nonce), ciphertext: sealed.dropLast(Self.tagByteCount),
                tag: sealed.suffix(Self.tagByteCount))
            return Array(try AES.GCM.open(box, using: key, authenticating: aad))
        } catch {
            throw .tag
        }
    }
}
