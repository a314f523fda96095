import Crypto
import FoundationEssentials
import Testing

@testable import Admission

@Suite("Reviewers")
struct Reviewers {
    let clinic = Clinic()

    private func invite() throws -> String {
        try InviteKey(pem: clinic.key.pemRepresentation, kid: "front-desk")
            .token(reviewer: "auditor", validFor: .seconds(3600), from: clinic.now)
    }

    private func refusal(_ token: String, after seconds: TimeInterval = 0) async throws -> Refusal?
    {
        try await clinic.admission().refusal(ofReviewer: token, at: clinic.now + seconds)
    }

    @Test("A reviewer's token opens the report until it expires")
    func aReviewersTokenOpensTheReport() async throws {
        let token = try invite()
        #expect(try await refusal(token) == nil)
        #expect(try await refusal(token, after: 3599) == nil)
        #expect(try await refusal(token, after: 3600) == .expired(at: clinic.now + 3600))
    }

    @Test("A reviewer's token opens no console, whatever room it is given")
    func aReviewersTokenOpensNoConsole() async throws {
        #expect(try await clinic.admit(invite()) == .failure(.malformed(.claims)))
        // A room beside the role: of an issuer that wants both.
        let both = try clinic.token(claims: clinic.claims(more: #","role":"reviewer""#))
        #expect(try await clinic.admit(both) == .failure(.wrongRole(kid: "front-desk")))
    }

    @Test("A provider's token does not open the report")
    func aProvidersTokenDoesNotOpenTheReport() async throws {
        #expect(try await refusal(clinic.invite()) == .malformed(.claims))
        for role in [#""doctor""#, #"["reviewer"]"#, "1"] {
            let token = try clinic.token(claims: clinic.claims(more: #","role":\#(role)"#))
            #expect(try await refusal(token) == .wrongRole(kid: "front-desk"), "\(role)")
            // What others use the name for keeps nobody from their console.
            #expect(try await clinic.admit(token).get().provider == "rivera", "\(role)")
        }
    }

    @Test("A reviewer's token is checked like any other: key, signature, issuer, times")
    func aReviewersTokenIsCheckedLikeAnyOther() async throws {
        func token(_ issuer: String, _ expires: String) throws -> String {
            try clinic.token(
                claims: clinic.claims(
                    issuer: issuer, expires: expires, more: #","role":"reviewer""#))
        }
        #expect(try await refusal(token("lethe", "3600")) == nil)
        #expect(
            try await refusal(token("other", "3600")) == .wrongIssuer(kid: "front-desk"))
        #expect(
            try await refusal(token("lethe", "2592001")) == .validTooLong(kid: "front-desk"))
        let parts = try invite().split(separator: ".")
        let forged = "\(parts[0]).\(parts[1])." + String(repeating: "A", count: 86)
        #expect(try await refusal(forged) == .badSignature(kid: "front-desk"))
        #expect(try await refusal("x") == .malformed(.whole))
    }

    @Test("A reviewer's name is a name like a provider's")
    func aReviewersNameIsAName() throws {
        let key = try InviteKey(pem: clinic.key.pemRepresentation, kid: "k")
        #expect(throws: InviteError.reviewer("Dr X")) {
            try key.token(reviewer: "Dr X", validFor: .seconds(60), from: clinic.now)
        }
        #expect(throws: InviteError.validity) {
            try key.token(reviewer: "x", validFor: .seconds(59), from: clinic.now)
        }
    }
}
