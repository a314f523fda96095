import Crypto

/// The one suite of `lethe.v1`: P-256, HPKE in Auth mode, HKDF-SHA256, AES-256-GCM. Nothing is
/// negotiated, so nothing can be talked down. `docs/protocol.md`, "Sealing".
package enum Suite {
    /// On the wire, in JSON and inside everything that is hashed.
    package static let number: UInt8 = 1

    static let hpke = HPKE.Ciphersuite.P256_SHA256_AES_GCM_256
}
