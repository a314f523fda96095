package import Crypto
package import SealedChat

/// Stands in the seam and remembers every (key, nonce): with GCM a repeat is the end of both
/// messages and of every seal under that key.
package final class NonceWatch: MessageSealer {
    private var seen: Set<[UInt8]> = []
    package private(set) var count = 0
    package private(set) var repeats = 0

    package init() {}

    package func seal(
        _ plaintext: [UInt8], key: SymmetricKey, nonce: [UInt8], authenticating aad: [UInt8]
    ) throws(CipherError) -> [UInt8] {
        count += 1
        if !seen.insert(key.withUnsafeBytes(Array.init) + nonce).inserted { repeats += 1 }
        return try GCMSealer().seal(plaintext, key: key, nonce: nonce, authenticating: aad)
    }

    package func open(
        _ sealed: [UInt8], key: SymmetricKey, nonce: [UInt8], authenticating aad: [UInt8]
    ) throws(CipherError) -> [UInt8] {
        try GCMSealer().open(sealed, key: key, nonce: nonce, authenticating: aad)
    }
}
