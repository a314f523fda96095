package import FoundationEssentials

/// Why a sign-in token was refused. The page learns only that it was (close code 4101).
///
/// Holds nothing that an unsigned token said, so that nobody can write into the relay's log. A key
/// identifier is carried once it has been found in the key directory.
package enum Refusal: Error, Equatable, Sendable {
    /// More than ``SignInToken/largestByteCount`` bytes.
    case tooLong(byteCount: Int)
    case malformed(Part)
    /// Anything but ES256: `none`, HMAC with a public key as its secret, another curve.
    case unsupportedAlgorithm
    case unknownKey
    case badSignature(kid: String)
    case wrongIssuer(kid: String)
    case wrongRoom(kid: String)
    /// A reviewer's token where a provider's is expected, or a provider's where a reviewer's is.
    case wrongRole(kid: String)
    case unknownProvider(kid: String)
    /// The claims give no validity, or one longer than ``SignInToken/longestValidity``.
    case validTooLong(kid: String)
    case notYetValid(from: Date)
    /// Given by ``SignIn/refusal``: the room decides whether an expired token matters.
    case expired(at: Date)

    /// The part of a token that could not be read.
    package enum Part: Equatable, Sendable {
        /// Not three parts, joined by points.
        case whole
        case header
        case signature
        case claims
    }
}

extension Refusal: CustomStringConvertible {
    /// A sentence that an operator can act on. Never contains the token.
    package var description: String {
        switch self {
        case .tooLong(let byteCount):
            "the sign-in token has \(byteCount) bytes, expected at most "
                + "\(SignInToken.largestByteCount): it is not one of ours"
        case .malformed(.whole):
            "the sign-in token is not three parts joined by points: the link was cut or changed, "
                + "send it again"
        case .malformed(let part):
            "the \(part) of the sign-in token cannot be read: the link was cut or changed, "
                + "send it again"
        case .unsupportedAlgorithm:
            "the sign-in token is not signed with ES256: its issuer must use a P-256 key"
        case .unknownKey:
            "the sign-in token names no key or one that is not in the key directory: add the "
                + "public key and reload, or send a link made with a key that is there"
        case .badSignature(let kid):
            "the signature of the sign-in token is not that of key \(kid): the link was changed, "
                + "or the file \(kid).pem does not hold the issuer's public key"
        case .wrongIssuer(let kid):
            "the sign-in token signed with key \(kid) is not for Lethe: its claim `iss` must be "
                + "\(SignInToken.issuer)"
        case .wrongRoom(let kid):
            "the sign-in token signed with key \(kid) is for another room: send a link for this one"
        case .wrongRole(let kid):
            "the sign-in token signed with key \(kid) is of another kind: providers' links open "
                + "consoles, reviewers' links (`lethe invite --reviewer`) the compliance page"
        case .unknownProvider(let kid):
            "the sign-in token signed with key \(kid) names a provider whom this room does not "
                + "have: add the provider to the room in the configuration"
        case .validTooLong(let kid):
            "the sign-in token signed with key \(kid) must expire after it was issued and within "
                + "30 days: have its issuer make a shorter one"
        case .notYetValid(let begins):
            "the sign-in token is valid only from \(begins.formatted(.iso8601)): check the clocks "
                + "of the relay and of the issuer"
        case .expired(let end):
            "the sign-in token expired at \(end.formatted(.iso8601)): send a new link"
        }
    }
}
