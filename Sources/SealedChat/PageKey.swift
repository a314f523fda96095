package import Crypto

/// A page's key pair, made when the page loads and gone with it. The private half cannot be read.
package struct PageKey: Sendable {
    let privateKey: P256.KeyAgreement.PrivateKey
    package let publicKey: PeerKey

    package init() {
        self.init(P256.KeyAgreement.PrivateKey())
    }

    /// A key of a test vector.
    package init(_ privateKey: P256.KeyAgreement.PrivateKey) {
        self.privateKey = privateKey
        publicKey = PeerKey(privateKey.publicKey)
    }

    /// `Z`: the x-coordinate of the shared point, 32 bytes.
    func agree(with peer: PeerKey) throws(CipherError) -> SharedSecret {
        do {
            return try privateKey.sharedSecretFromKeyAgreement(with: peer.key)
        } catch {
            throw .key
        }
    }
}

/// The public half of a page's key, as it travels: a point on P-256, uncompressed.
package struct PeerKey: Hashable, Sendable {
    package static let byteCount = 65

    let key: P256.KeyAgreement.PublicKey
    /// 65 bytes, the first of which is 4.
    package let bytes: [UInt8]

    /// A compressed point is the same key in other bytes, and the transcript is made of bytes: only
    /// one form is taken.
    package init(_ bytes: [UInt8]) throws(CipherError) {
        guard bytes.count == Self.byteCount, bytes.first == 4 else { throw .key }
        do {
            key = try P256.KeyAgreement.PublicKey(x963Representation: bytes)
        } catch {
            throw .key
        }
        self.bytes = bytes
    }

    init(_ key: P256.KeyAgreement.PublicKey) {
        self.key = key
        bytes = Array(key.x963Representation)
    }

    /// `pid`, 16 bytes: which page sends, inside the keys of a conversation.
    package var pid: [UInt8] {
        Array(SHA256.hash(data: Label.pid.bytes + bytes).prefix(16))
    }

    package static func == (a: Self, b: Self) -> Bool { a.bytes == b.bytes }
    package func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}
