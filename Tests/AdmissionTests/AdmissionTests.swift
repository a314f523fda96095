import Crypto
import FoundationEssentials
import JWTKit
import Testing

@testable import Admission

@Suite("Signing in")
struct SigningIn {
    let clinic = Clinic()

    @Test("A valid token signs its provider in")
    func aValidTokenSignsItsProviderIn() async throws {
        let answer = try await clinic.admit(clinic.invite())
        #expect(
            answer
                == .success(
                    SignIn(
                        provider: "rivera", kid: "front-desk", expiresAt: clinic.now + 3600,
                        isExpired: false)))
        #expect(try answer.get().refusal == nil)
    }

    @Test("A token that JWTKit signed is as good as ours")
    func aTokenThatJWTKitSignedIsAsGoodAsOurs() async throws {
        let keys = JWTKeyCollection()
        await keys.add(ecdsa: try ES256PrivateKey(backing: clinic.key), kid: "front-desk")
        let claims = try JSONDecoder.forTokens.decode(
            SignInToken.self, from: Data(clinic.claims().utf8))
        let token = try await keys.sign(claims, kid: "front-desk")
        #expect(try await clinic.admit(token).get().provider == "rivera")
    }

    @Test("Claims and header members that we do not know are ignored")
    func unknownMembersAreIgnored() async throws {
        // 1e300 in the header stops JWTKit's `parse`: it must not be on our path.
        let token = try clinic.token(
            header: #"{"alg":"ES256","kid":"front-desk","x":1e300,"jwk":{"kty":"EC"}}"#,
            claims: clinic.claims(more: #","aud":"anyone","jti":7"#))
        #expect(try await clinic.admit(token).get().provider == "rivera")
    }

    @Test("An expired token still says whose it was, so that a living session can resume")
    func anExpiredTokenStillSaysWhoseItWas() async throws {
        let token = try clinic.token(claims: clinic.claims(issued: "-3600", expires: "-1"))
        let signIn = try await clinic.admit(token).get()
        #expect(signIn.isExpired)
        #expect(signIn.refusal == .expired(at: clinic.now - 1))
    }

    @Test("A token expires at the second it names")
    func aTokenExpiresAtTheSecondItNames() async throws {
        let atEnd = try clinic.token(claims: clinic.claims(issued: "-10", expires: "0"))
        #expect(try await clinic.admit(atEnd).get().isExpired)
        let before = try clinic.token(claims: clinic.claims(issued: "-10", expires: "1"))
        #expect(try await clinic.admit(before).get().isExpired == false)
    }

    @Test("An expired token that is wrong otherwise is refused for that")
    func anExpiredTokenThatIsWrongOtherwiseIsRefused() async throws {
        let token = try clinic.token(
            claims: clinic.claims(room: "other", issued: "-3600", expires: "-1"))
        #expect(try await clinic.admit(token) == .failure(.wrongRoom(kid: "front-desk")))
    }

    @Test("A clock that is a minute ahead is tolerated, more is not")
    func aClockAMinuteAheadIsTolerated() async throws {
        let near = try clinic.token(claims: clinic.claims(issued: "60"))
        #expect(try await clinic.admit(near).get().provider == "rivera")
        let far = try clinic.token(claims: clinic.claims(issued: "61"))
        #expect(try await clinic.admit(far) == .failure(.notYetValid(from: clinic.now + 61)))
    }

    @Test("A token is refused before its nbf")
    func aTokenIsRefusedBeforeItsNbf() async throws {
        let nbf = Int(clinic.now.timeIntervalSince1970) + 600
        let token = try clinic.token(claims: clinic.claims(more: #","nbf":\#(nbf)"#))
        #expect(try await clinic.admit(token) == .failure(.notYetValid(from: clinic.now + 600)))
    }

    @Test(
        "A token must expire after it was made and within 30 days",
        arguments: ["0", "-1", "2592001"])
    func aTokenMustExpire(expires: String) async throws {
        let token = try clinic.token(claims: clinic.claims(expires: expires))
        #expect(try await clinic.admit(token) == .failure(.validTooLong(kid: "front-desk")))
    }

    @Test("30 days are allowed")
    func thirtyDaysAreAllowed() async throws {
        let token = try clinic.token(claims: clinic.claims(expires: "2592000"))
        #expect(try await clinic.admit(token).get().isExpired == false)
    }

    @Test(
        "Times beyond the calendar are refused and nothing stops",
        arguments: ["1e300", "-1e300", "1e18", "9.3e18", "253402300800.5"])
    func timesBeyondTheCalendarAreRefused(time: String) async throws {
        for claims in [
            clinic.claims(expires: time), clinic.claims(issued: time),
            clinic.claims(more: #","nbf":\#(time)"#),
        ] {
            let answer = try await clinic.admit(clinic.token(claims: claims))
            switch answer {
            // A `nbf` before 1970 is before `iat`: it changes nothing.
            case .success: #expect(time.hasPrefix("-") && claims.contains("nbf"))
            case .failure(let refusal): #expect(!refusal.description.isEmpty)
            }
        }
    }

    @Test("A token for another room is refused")
    func aTokenForAnotherRoomIsRefused() async throws {
        let token = try clinic.invite("okafor", to: "other")
        #expect(try await clinic.admit(token) == .failure(.wrongRoom(kid: "front-desk")))
    }

    @Test("A provider of another room is unknown here")
    func aProviderOfAnotherRoomIsUnknownHere() async throws {
        let token = try clinic.invite("okafor")
        #expect(try await clinic.admit(token) == .failure(.unknownProvider(kid: "front-desk")))
    }

    @Test("Nobody signs in to a room that does not exist")
    func nobodySignsInToARoomThatDoesNotExist() async throws {
        let token = try clinic.invite(to: "attic")
        let answer = try await clinic.admit(token, to: "attic")
        #expect(answer == .failure(.unknownProvider(kid: "front-desk")))
    }

    @Test("A token of another issuer is refused, even with our key")
    func aTokenOfAnotherIssuerIsRefused() async throws {
        let token = try clinic.token(claims: clinic.claims(issuer: "https://idp.example"))
        #expect(try await clinic.admit(token) == .failure(.wrongIssuer(kid: "front-desk")))
    }
}

@Suite("Keys and algorithms")
struct KeysAndAlgorithms {
    let clinic = Clinic()

    @Test("A key identifier that no file has is refused, though the signature would fit")
    func aKeyIdentifierThatNoFileHasIsRefused() async throws {
        #expect(
            try await clinic.admit(clinic.invite(kid: "back-office")) == .failure(.unknownKey))
    }

    @Test("A token without a key identifier is refused, though there is only one key")
    func aTokenWithoutAKeyIdentifierIsRefused() async throws {
        let token = try clinic.token(header: #"{"alg":"ES256"}"#, claims: clinic.claims())
        #expect(try await clinic.admit(token) == .failure(.unknownKey))
    }

    @Test("A token is refused once its key has been removed")
    func aTokenIsRefusedOnceItsKeyHasBeenRemoved() async throws {
        let token = try clinic.invite()
        _ = try await clinic.admit(token).get()
        clinic.directory.write(
            P256.Signing.PrivateKey().publicKey.pemRepresentation, to: "next.pem")
        clinic.directory.remove("front-desk.pem")
        #expect(try await clinic.admit(token) == .failure(.unknownKey))
    }

    @Test("A token is refused once its key has been replaced under the same name")
    func aTokenIsRefusedOnceItsKeyHasBeenReplaced() async throws {
        let token = try clinic.invite()
        clinic.directory.write(
            P256.Signing.PrivateKey().publicKey.pemRepresentation, to: "front-desk.pem")
        #expect(try await clinic.admit(token) == .failure(.badSignature(kid: "front-desk")))
    }

    @Test("Each of several keys signs in its own tokens only")
    func eachOfSeveralKeysSignsInItsOwnTokensOnly() async throws {
        let other = P256.Signing.PrivateKey()
        clinic.directory.write(other.publicKey.pemRepresentation, to: "aaa.pem")
        _ = try await clinic.admit(clinic.invite()).get()
        let crossed = try clinic.invite(kid: "aaa")
        #expect(try await clinic.admit(crossed) == .failure(.badSignature(kid: "aaa")))
    }

    @Test(
        "Any algorithm but ES256 is refused by name",
        arguments: [
            "none", "None", "NONE", "", "HS256", "es256", "ES256 ", "ES384", "RS256", "EdDSA",
        ])
    func anyAlgorithmButES256IsRefused(algorithm: String) async throws {
        let token = try clinic.token(
            header: #"{"alg":"\#(algorithm)","kid":"front-desk"}"#, claims: clinic.claims())
        #expect(try await clinic.admit(token) == .failure(.unsupportedAlgorithm))
    }

    @Test("alg none without a signature is refused")
    func algNoneWithoutASignatureIsRefused() async throws {
        let token = try clinic.token(
            header: #"{"alg":"none","kid":"front-desk"}"#, claims: clinic.claims(),
            signature: { _ in Data() })
        #expect(try await clinic.admit(token) == .failure(.unsupportedAlgorithm))
    }

    @Test("HS256 with the public key as its secret is refused, whatever the header says")
    func hs256WithThePublicKeyAsItsSecretIsRefused() async throws {
        for secret in [
            Data(clinic.key.publicKey.pemRepresentation.utf8),
            clinic.key.publicKey.derRepresentation, clinic.key.publicKey.rawRepresentation,
        ] {
            let mac = { (bytes: Data) in
                Data(
                    HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: secret)))
            }
            let honest = try clinic.token(
                header: #"{"alg":"HS256","kid":"front-desk"}"#, claims: clinic.claims(),
                signature: mac)
            #expect(try await clinic.admit(honest) == .failure(.unsupportedAlgorithm))
            let lying = try clinic.token(claims: clinic.claims(), signature: { mac($0) + mac($0) })
            #expect(try await clinic.admit(lying) == .failure(.badSignature(kid: "front-desk")))
        }
    }

    @Test("Extensions that must be understood are refused")
    func extensionsThatMustBeUnderstoodAreRefused() async throws {
        let token = try clinic.token(
            header: #"{"alg":"ES256","kid":"front-desk","crit":["b64"],"b64":false}"#,
            claims: clinic.claims())
        #expect(try await clinic.admit(token) == .failure(.malformed(.header)))
    }

    @Test("A key in the token's own header is not used")
    func aKeyInTheTokensOwnHeaderIsNotUsed() async throws {
        let stranger = P256.Signing.PrivateKey()
        let point = stranger.publicKey.rawRepresentation
        let x = Base64URL.encoded(point.prefix(32))
        let y = Base64URL.encoded(point.suffix(32))
        let token = try clinic.token(
            header: """
                {"alg":"ES256","kid":"front-desk","jwk":{"kty":"EC","crv":"P-256",\
                "x":"\(x)","y":"\(y)"}}
                """,
            claims: clinic.claims(),
            signature: { try stranger.signature(for: $0).rawRepresentation })
        #expect(try await clinic.admit(token) == .failure(.badSignature(kid: "front-desk")))
    }
}

@Suite("Damaged and hostile tokens")
struct DamagedTokens {
    let clinic = Clinic()

    @Test("Every flipped bit of a signature is refused")
    func everyFlippedBitOfASignatureIsRefused() async throws {
        let admission = try clinic.admission()
        let token = try clinic.invite()
        let parts = token.split(separator: ".")
        let signature = try #require(Base64URL.decoded(parts[2].utf8))
        for bit in 0..<signature.count * 8 {
            var flipped = signature
            flipped[bit / 8] ^= 1 << (bit % 8)
            let bad = "\(parts[0]).\(parts[1]).\(Base64URL.encoded(flipped))"
            let answer = await admission.admit(token: bad, to: "demo", at: clinic.now)
            #expect(answer == .failure(.badSignature(kid: "front-desk")), "bit \(bit)")
        }
    }

    @Test("Every changed character of a token is refused")
    func everyChangedCharacterOfATokenIsRefused() async throws {
        let admission = try clinic.admission()
        let token = Array(try clinic.invite().utf8)
        for index in token.indices {
            for change: UInt8 in [1, 2, 4] {
                var changed = token
                changed[index] ^= change
                let answer = await admission.admit(
                    token: String(decoding: changed, as: UTF8.self), to: "demo", at: clinic.now)
                #expect(throws: Refusal.self, "character \(index)") { try answer.get() }
            }
        }
    }

    @Test("Every shortened token is refused")
    func everyShortenedTokenIsRefused() async throws {
        let admission = try clinic.admission()
        let token = try clinic.invite()
        for length in 0..<token.count {
            let answer = await admission.admit(
                token: String(token.prefix(length)), to: "demo", at: clinic.now)
            #expect(throws: Refusal.self, "\(length) characters") { try answer.get() }
        }
    }

    @Test("A signature in DER, as other tools make it, is refused")
    func aSignatureInDERIsRefused() async throws {
        let token = try clinic.token(
            claims: clinic.claims(),
            signature: { try clinic.key.signature(for: $0).derRepresentation })
        #expect(try await clinic.admit(token) == .failure(.malformed(.signature)))
    }

    @Test("An all-zero signature is refused")
    func anAllZeroSignatureIsRefused() async throws {
        let token = try clinic.token(
            claims: clinic.claims(), signature: { _ in Data(repeating: 0, count: 64) })
        #expect(try await clinic.admit(token) == .failure(.badSignature(kid: "front-desk")))
    }

    @Test("A token of a megabyte is refused by its length, and 4,096 bytes are read")
    func aTokenOfAMegabyteIsRefusedByItsLength() async throws {
        let answer = try await clinic.admit(String(repeating: "a", count: 1 << 20))
        #expect(answer == .failure(.tooLong(byteCount: 1 << 20)))

        func padded(to count: Int) throws -> String {
            for padding in (1...count).reversed() {
                let more = #","pad":"\#(String(repeating: "a", count: padding))""#
                let token = try clinic.token(claims: clinic.claims(more: more))
                if token.utf8.count <= count { return token }
            }
            return ""
        }
        let full = try padded(to: 4096)
        #expect(full.utf8.count > 4090)
        #expect(try await clinic.admit(full).get().provider == "rivera")
    }

    @Test(
        "What is no token is refused",
        arguments: [
            "", ".", "..", "...", "a.b.c", "a.b.c.d", "\u{0}", "e30.e30.", "null.null.null",
            "ﬀ.ﬀ.ﬀ", "🔑.🔑.🔑",
        ])
    func whatIsNoTokenIsRefused(text: String) async throws {
        let answer = try await clinic.admit(text)
        #expect(throws: Refusal.self) { try answer.get() }
    }

    @Test(
        "A header that is not the JSON we expect is refused",
        arguments: [
            "", "null", "[]", "{", #""ES256""#, #"{"alg":7,"kid":"front-desk"}"#,
            #"{"alg":"ES256","kid":7}"#, #"{"alg":"ES256","kid":["front-desk"]}"#,
        ])
    func aHeaderThatIsNotTheJSONWeExpectIsRefused(header: String) async throws {
        let token = try clinic.token(header: header, claims: clinic.claims())
        #expect(try await clinic.admit(token) == .failure(.malformed(.header)))
    }

    @Test(
        "Claims that are missing or of another type are refused",
        arguments: [
            "", "null", "[]", "{}", #"{"iss":"lethe"}"#,
            #"{"iss":"lethe","sub":"rivera","room":"demo","iat":"now","exp":"later"}"#,
            #"{"iss":"lethe","sub":"rivera","room":"demo","iat":1800000000}"#,
            #"{"iss":"lethe","sub":7,"room":"demo","iat":1800000000,"exp":1800003600}"#,
        ])
    func claimsThatAreMissingAreRefused(claims: String) async throws {
        let token = try clinic.token(claims: claims)
        #expect(try await clinic.admit(token) == .failure(.malformed(.claims)))
    }

    @Test("JSON nested as deep as a token can hold is refused")
    func deepJSONIsRefused() async throws {
        let deep = String(repeating: "[", count: 2_500)
        let inHeader = try clinic.token(header: deep, claims: clinic.claims())
        #expect(try await clinic.admit(inHeader) == .failure(.malformed(.header)))
        let inClaims = try clinic.token(claims: deep)
        #expect(try await clinic.admit(inClaims) == .failure(.malformed(.claims)))
    }

    @Test("Padding, standard base64 and spare bits are refused: a token has one spelling")
    func aTokenHasOneSpelling() async throws {
        let parts = try clinic.invite().split(separator: ".").map(String.init)
        #expect(
            try await clinic.admit("\(parts[0]).\(parts[1]).\(parts[2])==")
                == .failure(.malformed(.signature)))
        // 64 bytes leave four spare bits in the last of 86 characters.
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let last = try #require(alphabet.firstIndex(of: parts[2].last ?? "="))
        let respelled = parts[2].dropLast() + String(alphabet[last + 1])
        #expect(
            try await clinic.admit("\(parts[0]).\(parts[1]).\(respelled)")
                == .failure(.malformed(.signature)))
    }

    @Test("No refusal repeats anything of an unsigned token")
    func noRefusalRepeatsAnythingOfAnUnsignedToken() async throws {
        let canary = "canary-3f9a"
        for token in [
            canary, "\(canary).\(canary).\(canary)",
            try clinic.token(
                header: #"{"alg":"\#(canary)","kid":"\#(canary)"}"#, claims: clinic.claims()),
            try clinic.token(
                header: #"{"alg":"ES256","kid":"\#(canary)"}"#,
                claims: clinic.claims(provider: canary, room: canary)),
            try clinic.token(claims: clinic.claims(provider: canary, room: canary)),
        ] {
            guard case .failure(let refusal) = try await clinic.admit(token) else {
                Issue.record("admitted \(token)")
                continue
            }
            #expect(!String(reflecting: refusal).contains(canary))
            #expect(!refusal.description.contains(canary))
        }
    }
}

extension JSONDecoder {
    static var forTokens: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .secondsSince1970
        return decoder
    }
}
