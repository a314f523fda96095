import Crypto
import FoundationEssentials
import Testing

@testable import Admission

@Suite("Making invites")
struct MakingInvites {
    let key = P256.Signing.PrivateKey()
    let now = Date(timeIntervalSince1970: 1_800_000_000.75)

    private func invite(
        _ provider: String = "rivera", _ room: String = "demo", _ validity: Duration = .seconds(60)
    ) throws -> String {
        try InviteKey(pem: key.pemRepresentation, kid: "development")
            .token(provider: provider, room: room, validFor: validity, from: now)
    }

    @Test("A token says who, where and how long, in whole seconds, and nothing else")
    func aTokenSaysWhoWhereAndHowLong() throws {
        let parts = try invite().split(separator: ".")
        func text(_ part: Substring) throws -> String {
            String(decoding: try #require(Base64URL.decoded(part.utf8)), as: UTF8.self)
        }
        #expect(try text(parts[0]) == #"{"alg":"ES256","kid":"development","typ":"JWT"}"#)
        let claims = try text(parts[1])
        let members = Set(
            claims.dropFirst().dropLast().split(separator: ",").map(String.init))
        #expect(
            members == [
                #""iss":"lethe""#, #""sub":"rivera""#, #""room":"demo""#, #""iat":1800000000"#,
                #""exp":1800000060"#,
            ])
    }

    @Test("A SEC 1 key, as openssl ecparam makes it, is as good as a PKCS #8 one")
    func aSEC1KeyIsAsGood() throws {
        // openssl ecparam -name prime256v1 -genkey -noout
        let pem = """
            -----BEGIN EC PRIVATE KEY-----
            MHcCAQEEIHg6OwGcpeWxwz6IG68FDOSiZUZE61q3PK0+6rzpJsAkoAoGCCqGSM49
            AwEHoUQDQgAEhu//XcLRdD1p3+uw/3g4MYa+kmYR+QHcILfSaAONv6Ay/mTUHiU4
            wuatK3PjDl0vYfv2mdRWK4YddNf69lemCw==
            -----END EC PRIVATE KEY-----
            """
        #expect(throws: Never.self) { try InviteKey(pem: pem, kid: "k") }
    }

    @Test("A public key, another curve and an empty file do not sign")
    func whatIsNoP256PrivateKeyDoesNotSign() {
        for pem in [
            key.publicKey.pemRepresentation, P384.Signing.PrivateKey().pemRepresentation, "",
            "hello",
        ] {
            #expect(throws: InviteError.notAPrivateKey) { try InviteKey(pem: pem, kid: "k") }
        }
    }

    @Test(
        "Names are 1 to 40 characters a-z, 0-9 and -",
        arguments: [
            "", "Rivera", "dr rivera", "rivera/..", "rivéra", "a.b", "a\n",
            String(repeating: "a", count: 41),
        ])
    func namesAreBounded(name: String) {
        #expect(throws: InviteError.provider(name)) { try invite(name) }
        #expect(throws: InviteError.room(name)) { try invite("rivera", name) }
    }

    @Test("40 characters are a name")
    func fortyCharactersAreAName() throws {
        let name = String(repeating: "a", count: 40)
        #expect(try !invite(name, name).isEmpty)
    }

    @Test(
        "An invite is valid for one minute to 30 days",
        arguments: [Duration.zero, .seconds(59), .seconds(-60), .seconds(2_592_001)])
    func anInviteIsValidForOneMinuteTo30Days(validity: Duration) throws {
        #expect(throws: InviteError.validity) { try invite("rivera", "demo", validity) }
        #expect(try !invite("rivera", "demo", .seconds(2_592_000)).isEmpty)
    }

    @Test("A key without a usable name is refused", arguments: ["", "a b", ".hidden", "a/b"])
    func aKeyWithoutAUsableNameIsRefused(kid: String) {
        #expect(throws: InviteError.keyIdentifier(kid)) {
            try InviteKey(pem: key.pemRepresentation, kid: kid)
        }
    }
}
