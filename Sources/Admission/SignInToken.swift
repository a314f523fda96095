package import FoundationEssentials
package import JWTKit

/// The claims of a sign-in token: a JWT signed with ES256 whose header names the key (`kid`).
///
/// | claim  | value                                                                        |
/// |:-------|:-----------------------------------------------------------------------------|
/// | `iss`  | `lethe`                                                                      |
/// | `sub`  | the provider's name in the configuration                                     |
/// | `room` | the room's name in the configuration                                         |
/// | `iat`  | when it was made, in seconds since 1970                                      |
/// | `exp`  | when it expires, at most 30 days later                                       |
/// | `nbf`  | optional: when it begins to be valid                                         |
/// | `role` | not `reviewer`: whoever may look at the relay may not write to patients      |
///
/// Other claims are ignored, as RFC 7519 §4 asks.
package struct SignInToken: JWTPayload, Equatable {
    package var issuer: IssuerClaim
    package var provider: SubjectClaim
    package var room: String
    package var issued: IssuedAtClaim
    package var expires: ExpirationClaim
    package var begins: NotBeforeClaim?
    package var role: Role?

    package enum CodingKeys: String, CodingKey {
        case issuer = "iss"
        case provider = "sub"
        case room
        case issued = "iat"
        case expires = "exp"
        case begins = "nbf"
        case role
    }

    /// Nothing: what the claims mean depends on the room and the relay's clock, which JWTKit does
    /// not know. ``Admission`` checks them.
    package func verify(using algorithm: some JWTAlgorithm) {}
}

extension SignInToken {
    /// The value of the claim `iss`.
    package static let issuer = "lethe"

    /// Ours have about 300 bytes; identity providers add claims. Bounds the work before a signature
    /// has been checked.
    package static let largestByteCount = 4_096

    /// 30 days, in seconds. A token cannot be called back but by removing its key.
    package static let longestValidity: TimeInterval = 30 * 24 * 60 * 60

    /// The times that a claim may give: 1970 to 9999. Calendars cannot print much more.
    package static let times =
        Date(timeIntervalSince1970: 0)...Date(timeIntervalSince1970: 253_402_300_799)

    /// How far the clock of an issuer may be ahead of ours, in seconds. RFC 7519 §4.1.5 allows "no
    /// more than a few minutes".
    package static let clockTolerance: TimeInterval = 60

    /// Whether text can be the name of a room or a provider: `[a-z0-9-]{1,40}`.
    package static func isName(_ text: String) -> Bool {
        (1...40).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

/// The two members of a token's header that matter, read strictly before anything is verified.
struct SignInHeader {
    let kid: String

    init(of token: String) throws(Refusal) {
        let byteCount = token.utf8.count
        guard byteCount <= SignInToken.largestByteCount else {
            throw .tooLong(byteCount: byteCount)
        }
        let parts = token.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .malformed(.whole) }

        let members: Members
        do {
            guard let bytes = Base64URL.decoded(parts[0]) else { throw Refusal.malformed(.header) }
            members = try JSONDecoder().decode(Members.self, from: bytes)
        } catch {
            throw .malformed(.header)
        }
        // RFC 7515 §4.1.11: extensions that must be understood, and we understand none.
        guard members.crit == nil else { throw .malformed(.header) }
        // RFC 8725 §3.1: the key decides the algorithm, and ours are for ES256 only.
        guard members.alg == "ES256" else { throw .unsupportedAlgorithm }
        guard let kid = members.kid else { throw .unknownKey }

        // JWTKit reads base64 leniently. Strictly, one signature has one spelling.
        guard Base64URL.decoded(parts[1]) != nil else { throw .malformed(.claims) }
        guard Base64URL.decoded(parts[2])?.count == 64 else { throw .malformed(.signature) }
        self.kid = kid
    }

    private struct Members: Decodable {
        let alg: String?
        let kid: String?
        let crit: [String]?
    }
}

/// base64url without padding, RFC 7515 §2.
enum Base64URL {
    static func encoded(_ bytes: some DataProtocol) -> String {
        var text = Data(bytes).base64EncodedString()
        while text.last == "=" { text.removeLast() }
        return String(text.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
    }

    /// The bytes, or `nil` for padding, other characters, or spare bits that are not zero.
    static func decoded(_ text: Substring.UTF8View) -> Data? {
        var base64 = [UInt8]()
        base64.reserveCapacity(text.count + 3)
        for byte in text {
            switch byte {
            case UInt8(ascii: "-"): base64.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): base64.append(UInt8(ascii: "/"))
            default: base64.append(byte)
            }
        }
        while base64.count % 4 != 0 { base64.append(UInt8(ascii: "=")) }
        guard let bytes = Data(base64Encoded: Data(base64)) else { return nil }
        return encoded(bytes).utf8.elementsEqual(text) ? bytes : nil
    }
}
