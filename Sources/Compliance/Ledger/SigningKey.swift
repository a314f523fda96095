import CHost

/// The key of one life of the process (Ed25519, RFC 8032). Its private half lies in the secure heap
/// and leaves the process in no way; with the process it is gone.
package final class SigningKey {
    private let key: UnsafeMutableRawPointer
    package let publicKey: [UInt8]

    package init() throws(SecureHeapError) {
        var made: UnsafeMutableRawPointer?
        let result = chost_ed25519_make(&made)
        guard result == 0, let made else { throw SecureHeapError(result) }
        key = made
        var bytes = [UInt8](repeating: 0, count: 32)
        let read = chost_ed25519_public(made, &bytes)
        publicKey = bytes
        guard read == 0 else { throw .unusable(read) }
    }

    deinit {
        chost_ed25519_free(key)
    }

    func sign(_ statement: [UInt8]) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: 64)
        // It fails only where the system has no memory left at all.
        precondition(
            chost_ed25519_sign(key, statement, statement.count, &signature) == 0,
            "the ledger's key signs")
        return signature
    }
}
