import Crypto

/// What a finished run has made between one patient's page and one provider's: `docs/protocol.md`,
/// "Pairing".
struct Pairing: Hashable, Sendable {
    static let idByteCount = 16
    static let nonceByteCount = 32
    static let commitByteCount = SHA256.byteCount

    /// `cid`: chosen by the patient's page, new for every run.
    let id: [UInt8]
    let patient: PeerKey
    let provider: PeerKey
    /// `T`: everything that both pages had said when the code was made.
    let transcript: [UInt8]
    let code: SafetyCode

    /// - Parameter own: the key of this page, one of the two.
    init(
        id: [UInt8], patient: PeerKey, provider: PeerKey, patientNonce: [UInt8],
        providerNonce: [UInt8], own: PageKey
    ) throws(CipherError) {
        precondition(own.publicKey == patient || own.publicKey == provider, "a stranger's pairing")
        guard id.count == Self.idByteCount, patientNonce.count == Self.nonceByteCount,
            providerNonce.count == Self.nonceByteCount
        else { throw .length }
        self.id = id
        self.patient = patient
        self.provider = provider
        let transcript = Array(
            SHA256.hash(
                data: labelled(
                    .pair, id, patient.bytes, provider.bytes, patientNonce, providerNonce)))
        self.transcript = transcript
        let shared = try own.agree(with: own.publicKey == patient ? provider : patient)
        code = SafetyCode(
            pairingSecret: shared.withUnsafeBytes { z in
                HKDF<SHA256>.extract(
                    inputKeyMaterial: SymmetricKey(data: z), salt: transcript)
            })
    }

    /// `hP`: what the patient's page promises before it knows the provider's nonce.
    static func commitment(id: [UInt8], patient: PeerKey, nonce: [UInt8]) -> [UInt8] {
        Array(SHA256.hash(data: labelled(.commit, id, patient.bytes, nonce)))
    }
}

/// Six digits that two people compare by voice. `docs/security.md`.
package struct SafetyCode: Hashable, Sendable, CustomStringConvertible {
    /// `sas`: 64 bits, of which people compare the last six decimal digits.
    let value: UInt64

    init(value: UInt64) { self.value = value }

    init(pairingSecret: HashedAuthenticationCode<SHA256>) {
        let sas = HKDF<SHA256>.expand(
            pseudoRandomKey: pairingSecret, info: Label.sas.bytes, outputByteCount: 8)
        self.init(value: sas.withUnsafeBytes { UInt64(bigEndian: $0) })
    }

    /// Six digits.
    package var digits: String {
        let digits = String(value % 1_000_000)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// As it is shown: "810 131".
    package var description: String { "\(digits.prefix(3)) \(digits.suffix(3))" }
}
