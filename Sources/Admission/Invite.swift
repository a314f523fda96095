import Crypto
package import FoundationEssentials
import JWTKit

/// A private key that signs providers and reviewers in. Only `lethe invite` has one; the relay
/// never reads it.
package struct InviteKey: Sendable {
    package let kid: String
    private let key: P256.Signing.PrivateKey

    /// - Parameters:
    ///   - pem: A P-256 private key, PKCS #8 or SEC 1.
    ///   - kid: The name, without `.pem`, of its public key in the relay's key directory.
    package init(pem: String, kid: String) throws(InviteError) {
        guard KeySet.isKeyIdentifier(kid) else { throw .keyIdentifier(kid) }
        do {
            key = try P256.Signing.PrivateKey(pemRepresentation: pem)
        } catch {
            throw .notAPrivateKey
        }
        self.kid = kid
    }

    /// The token that signs a provider in to a room, from now on for a while.
    ///
    /// Signed here, not by `JWTKeyCollection`, which signs only asynchronously: a command that has
    /// no event loop and no tasks stays a plain function.
    package func token(
        provider: String, room: String, validFor validity: Duration, from now: Date
    ) throws(InviteError) -> String {
        guard SignInToken.isName(provider) else { throw .provider(provider) }
        guard SignInToken.isName(room) else { throw .room(room) }
        let (issued, expires) = try Self.period(validity, from: now)
        return try signed(
            SignInToken(
                issuer: IssuerClaim(value: SignInToken.issuer),
                provider: SubjectClaim(value: provider),
                room: room,
                issued: issued, expires: expires, begins: nil, role: nil))
    }

    /// The token that opens the compliance report, and no console.
    package func token(
        reviewer: String, validFor validity: Duration, from now: Date
    ) throws(InviteError) -> String {
        guard SignInToken.isName(reviewer) else { throw .reviewer(reviewer) }
        let (issued, expires) = try Self.period(validity, from: now)
        return try signed(
            ReviewerToken(
                issuer: IssuerClaim(value: SignInToken.issuer),
                reviewer: SubjectClaim(value: reviewer), role: .reviewer,
                issued: issued, expires: expires, begins: nil))
    }

    private static func period(
        _ validity: Duration, from now: Date
    ) throws(InviteError) -> (IssuedAtClaim, ExpirationClaim) {
        guard Self.validity.contains(validity) else { throw .validity }
        let issued = Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
        return (
            IssuedAtClaim(value: issued),
            ExpirationClaim(value: issued + TimeInterval(validity.components.seconds))
        )
    }

    private func signed(_ claims: some JWTPayload) throws(InviteError) -> String {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            let header = try encoder.encode(["alg": "ES256", "kid": kid, "typ": "JWT"])
            let payload = try DefaultJWTSerializer(jsonEncoder: .defaultForJWT).serialize(claims)
            let signed = Base64URL.encoded(header) + "." + String(decoding: payload, as: UTF8.self)
            let signature = try key.signature(for: Data(signed.utf8)).rawRepresentation
            return signed + "." + Base64URL.encoded(signature)
        } catch {
            throw .signing
        }
    }

    /// From one minute to ``SignInToken/longestValidity``.
    package static let validity: ClosedRange<Duration> =
        .seconds(60) ... .seconds(SignInToken.longestValidity)
}

/// Why an invite could not be made.
package enum InviteError: Error, Equatable, Sendable, CustomStringConvertible {
    case keyIdentifier(String)
    case notAPrivateKey
    case provider(String)
    case room(String)
    case reviewer(String)
    case validity
    case signing

    package var description: String {
        switch self {
        case .keyIdentifier(let kid):
            "the key is named \"\(kid)\", expected 1 to 64 letters, digits, points, underscores or "
                + "hyphens, the same as its public key in the relay's key directory"
        case .notAPrivateKey:
            "the key cannot be read, expected a P-256 private key in PEM, such as `lethe certs` "
                + "makes"
        case .provider(let name):
            "the provider is \"\(name)\", expected a name of 1 to 40 characters a-z, 0-9 and -"
        case .room(let name):
            "the room is \"\(name)\", expected a name of 1 to 40 characters a-z, 0-9 and -"
        case .reviewer(let name):
            "the reviewer is \"\(name)\", expected a name of 1 to 40 characters a-z, 0-9 and -"
        case .validity:
            "the validity is out of bounds, expected a time from 1m to 30d"
        case .signing:
            "the key could not sign, expected a P-256 private key"
        }
    }
}
