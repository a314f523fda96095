import NIOSSL
import SwiftASN1
import X509

/// The roots of a file, and nobody else. Checked by swift-certificates: BoringSSL refuses every
/// chain whose root may sign for certain addresses only (RFC 5280 §4.2.1.10), as that of
/// `lethe certs` may.
struct TrustedRoots: Sendable {
    private let roots: CertificateStore

    init(pemFile path: String) throws {
        roots = CertificateStore(
            try NIOSSLCertificate.fromPEMFile(path).map {
                try Certificate(derEncoded: $0.toDERBytes())
            })
    }

    /// - Parameters:
    ///   - chain: as the server sent it, its own certificate first.
    ///   - name: what it has to be valid for; or `address`.
    func verify(
        _ chain: [NIOSSLCertificate], name: String?, address: String?
    ) async -> NIOSSLVerificationResult {
        guard
            let certificates = try? chain.map({ try Certificate(derEncoded: $0.toDERBytes()) }),
            let leaf = certificates.first
        else { return .failed }
        var verifier = Verifier(rootCertificates: roots) {
            RFC5280Policy()
            ServerIdentityPolicy(serverHostname: name, serverIP: address)
        }
        let result = await verifier.validate(
            leaf: leaf, intermediates: CertificateStore(certificates.dropFirst()))
        if case .validCertificate = result { return .certificateVerified }
        return .failed
    }
}
