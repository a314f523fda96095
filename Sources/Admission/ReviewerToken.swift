package import FoundationEssentials
package import JWTKit

/// The claims of a reviewer's token: a JWT like a provider's ``SignInToken``, without a room and
/// with a role. It opens the report on what the relay holds, in counts, and nothing else.
///
/// | claim  | value                                                                        |
/// |:-------|:-----------------------------------------------------------------------------|
/// | `iss`  | `lethe`                                                                      |
/// | `sub`  | the reviewer's name, for whoever reads the link; the relay does not keep it  |
/// | `role` | `reviewer`                                                                   |
/// | `iat`, `exp`, `nbf` | as in a provider's                                              |
package struct ReviewerToken: JWTPayload, Equatable {
    package var issuer: IssuerClaim
    package var reviewer: SubjectClaim
    package var role: Role
    package var issued: IssuedAtClaim
    package var expires: ExpirationClaim
    package var begins: NotBeforeClaim?

    package enum CodingKeys: String, CodingKey {
        case issuer = "iss"
        case reviewer = "sub"
        case role
        case issued = "iat"
        case expires = "exp"
        case begins = "nbf"
    }

    /// Nothing: ``Admission`` checks the claims.
    package func verify(using algorithm: some JWTAlgorithm) {}
}

/// The claim `role`. Identity providers use the name for their own purposes, with texts or lists of
/// texts: all that is not ours is one and the same to us.
package enum Role: Codable, Equatable, Sendable {
    case reviewer
    case other

    package init(from decoder: any Decoder) throws {
        let text = try? decoder.singleValueContainer().decode(String.self)
        self = text == "reviewer" ? .reviewer : .other
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self == .reviewer ? "reviewer" : "other")
    }
}

/// What tokens of every kind say.
protocol CommonClaims: JWTPayload {
    var issuer: IssuerClaim { get }
    var issued: IssuedAtClaim { get }
    var expires: ExpirationClaim { get }
    var begins: NotBeforeClaim? { get }
}

extension SignInToken: CommonClaims {}
extension ReviewerToken: CommonClaims {}
