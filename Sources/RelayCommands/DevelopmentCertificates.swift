import Crypto
import FoundationEssentials
import SwiftASN1
import X509

/// A certificate for this machine and the authority that signed it, as PEM.
///
/// The authority is constrained to `localhost` and the loopback addresses, and its private key
/// leaves with the initialiser: trusting it lets nobody forge anything, not even us.
struct DevelopmentCertificates {
    /// The issuer's organisation, by which the relay and its operator know such a certificate.
    static let organisation = "Lethe development CA"

    let authority: String
    /// The leaf, then the authority.
    let chain: String
    let key: String
    let expires: Date

    init(from now: Date, days: Int) throws {
        // An hour back, for clocks of virtual machines and phones that are behind.
        let begins = now - 60 * 60
        expires = now + TimeInterval(days) * 24 * 60 * 60

        let authorityKey = P256.Signing.PrivateKey()
        let serial = Self.serialNumber()
        // A name of its own: two authorities with one name confuse whoever trusts both.
        let mark = serial.bytes.prefix(4).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        let authorityName = try DistinguishedName {
            OrganizationName(Self.organisation)
            CommonName("\(Self.organisation) \(mark)")
        }
        let authorityID = SubjectKeyIdentifier(hash: .init(authorityKey.publicKey))
        let authority = try Certificate(
            version: .v3,
            serialNumber: serial,
            publicKey: .init(authorityKey.publicKey),
            notValidBefore: begins,
            notValidAfter: expires,
            issuer: authorityName,
            subject: authorityName,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true))
                Critical(Self.constraints)
                authorityID
            },
            issuerPrivateKey: .init(authorityKey))

        let leafKey = P256.Signing.PrivateKey()
        let leaf = try Certificate(
            version: .v3,
            serialNumber: Self.serialNumber(),
            publicKey: .init(leafKey.publicKey),
            notValidBefore: begins,
            notValidAfter: expires,
            issuer: authorityName,
            subject: try DistinguishedName { CommonName("localhost") },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames([
                    .dnsName("localhost"),
                    .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
                    .ipAddress(ASN1OctetString(contentBytes: Self.loopbackV6)),
                ])
                SubjectKeyIdentifier(hash: .init(leafKey.publicKey))
                AuthorityKeyIdentifier(keyIdentifier: authorityID.keyIdentifier)
            },
            issuerPrivateKey: .init(authorityKey))

        let authorityPEM = try authority.serializeAsPEM().pemString
        self.authority = authorityPEM + "\n"
        chain = try leaf.serializeAsPEM().pemString + "\n" + authorityPEM + "\n"
        key = leafKey.pemRepresentation + "\n"
    }

    /// 16 random bytes. The package's own are 20, which half of the time take 21 octets; RFC 5280
    /// §4.1.2.2 allows 20.
    private static func serialNumber() -> Certificate.SerialNumber {
        var generator = SystemRandomNumberGenerator()
        return Certificate.SerialNumber(
            bytes: (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }

    /// RFC 5280 §4.2.1.10: the constraint `localhost` permits that name and every name under it,
    /// such as `a.localhost`; a spelling with a leading point is not one the RFC knows. An address
    /// is followed by its mask.
    private static let constraints = NameConstraints(permittedSubtrees: [
        .dnsName("localhost"),
        .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 0, 255, 0, 0, 0])),
        .ipAddress(ASN1OctetString(contentBytes: loopbackV6 + Array(repeating: 255, count: 16))),
    ])

    private static let loopbackV6: ArraySlice<UInt8> = Array(repeating: 0, count: 15) + [1]
}

extension DevelopmentCertificates {
    enum State {
        /// Nothing is there.
        case none
        /// Ours, belonging together, and valid for another week.
        case good(expires: Date)
        case expiring(expires: Date)
        /// Something is there that we did not make, or that is damaged.
        case foreign(file: String, found: String)
    }

    /// What the three files are. Whatever cannot be read is never overwritten without being asked.
    static func state(authority: String, chain: String, key: String, at now: Date) -> State {
        let files = [authority, chain, key]
        let contents = files.map(smallFile)
        if let unreadable = zip(files, contents).first(where: { $0.1 == .unreadable }) {
            return .foreign(file: unreadable.0, found: "cannot be read")
        }
        let texts = contents.map(\.text)
        if texts.allSatisfy({ $0 == nil }) { return .none }
        if let missing = zip(files, texts).first(where: { $0.1 == nil }) {
            return .foreign(file: missing.0, found: "is missing beside the others")
        }

        guard let documents = try? PEMDocument.parseMultiple(pemString: texts[1] ?? ""),
            documents.count == 2,
            let leaf = try? Certificate(pemDocument: documents[0]),
            let issuer = try? Certificate(pemDocument: documents[1])
        else { return .foreign(file: chain, found: "is not a chain of two certificates") }
        guard issued(leaf), issued(issuer) else {
            return .foreign(file: chain, found: "was issued by somebody else")
        }
        guard (try? Certificate(pemEncoded: texts[0] ?? "")) == issuer,
            issuer.publicKey.isValidSignature(leaf.signature, for: leaf)
        else { return .foreign(file: authority, found: "is not the issuer of \(chain)") }
        guard let privateKey = try? P256.Signing.PrivateKey(pemRepresentation: texts[2] ?? ""),
            Certificate.PublicKey(privateKey.publicKey) == leaf.publicKey
        else { return .foreign(file: key, found: "is not the key of \(chain)") }

        let expires = min(leaf.notValidAfter, issuer.notValidAfter)
        let week: TimeInterval = 7 * 24 * 60 * 60
        return expires > now + week ? .good(expires: expires) : .expiring(expires: expires)
    }

    private static func issued(_ certificate: Certificate) -> Bool {
        certificate.issuer.contains { relative in
            relative.contains {
                $0.type == .RDNAttributeType.organizationName
                    && String(describing: $0.value) == organisation
            }
        }
    }
}

/// The pair that signs providers in during development: the relay reads the public half only.
struct SignInKeyPair {
    let publicKey: String
    let privateKey: String

    init() {
        let key = P256.Signing.PrivateKey()
        publicKey = key.publicKey.pemRepresentation + "\n"
        privateKey = key.pemRepresentation + "\n"
    }

    enum State {
        case none
        case good
        case mismatched
    }

    static func state(publicFile: String, privateFile: String) -> State {
        let contents = (smallFile(publicFile), smallFile(privateFile))
        if contents == (.missing, .missing) { return .none }
        guard let publicText = contents.0.text, let privateText = contents.1.text,
            let publicKey = try? P256.Signing.PublicKey(pemRepresentation: publicText),
            let privateKey = try? P256.Signing.PrivateKey(pemRepresentation: privateText),
            privateKey.publicKey.rawRepresentation == publicKey.rawRepresentation
        else { return .mismatched }
        return .good
    }
}
