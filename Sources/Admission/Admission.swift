package import FoundationEssentials
import JWTKit

/// Decides who may open a provider's console, and who the compliance report: a token in, a
/// ``SignIn`` or a ``Refusal`` out.
///
/// A value: a new one is made when the keys are read again. It holds no clock and does no I/O.
package struct Admission: Sendable {
    private let keys: KeySet
    private let providers: [String: Set<String>]

    /// - Parameter providers: The names of the providers of each room.
    package init(keys: KeySet, providers: [String: Set<String>]) {
        self.keys = keys
        self.providers = providers
    }

    /// Checks everything about a token: its form, key, signature, claims and time.
    ///
    /// A token that is right in everything but has expired gives a ``SignIn`` that says so: the
    /// page of a living provider session may resume with it, and only the room knows whether it is
    /// one. Whoever begins a session asks ``SignIn/refusal`` first.
    package func admit(
        token: String, to room: String, at now: Date
    ) async -> Result<SignIn, Refusal> {
        do {
            return .success(try await check(token, room, now))
        } catch {
            return .failure(error)
        }
    }

    private func check(
        _ token: String, _ room: String, _ now: Date
    ) async throws(Refusal) -> SignIn {
        let (claims, kid) = try await verified(token, as: SignInToken.self)
        guard claims.role != .reviewer else { throw .wrongRole(kid: kid) }
        guard claims.room == room else { throw .wrongRoom(kid: kid) }
        let provider = claims.provider.value
        guard providers[room]?.contains(provider) == true else {
            throw .unknownProvider(kid: kid)
        }
        let expires = try expiry(of: claims, kid, now)
        return SignIn(provider: provider, kid: kid, expiresAt: expires, isExpired: now >= expires)
    }

    /// Checks a reviewer's token, expiry included: a reviewer has no session to come back to.
    ///
    /// - Returns: why it is refused; `nil` if it may see the report.
    package func refusal(ofReviewer token: String, at now: Date) async -> Refusal? {
        do throws(Refusal) {
            let (claims, kid) = try await verified(token, as: ReviewerToken.self)
            guard claims.role == .reviewer else { throw .wrongRole(kid: kid) }
            let expires = try expiry(of: claims, kid, now)
            return now >= expires ? .expired(at: expires) : nil
        } catch {
            return error
        }
    }

    /// When the token expires, if its times make sense and it has begun to be valid.
    private func expiry(
        of claims: some CommonClaims, _ kid: String, _ now: Date
    ) throws(Refusal) -> Date {
        let issued = claims.issued.value
        let expires = claims.expires.value
        let begins = max(issued, claims.begins?.value ?? issued)
        guard SignInToken.times.contains(begins), SignInToken.times.contains(expires) else {
            throw .malformed(.claims)
        }
        guard issued < expires, expires.timeIntervalSince(issued) <= SignInToken.longestValidity
        else { throw .validTooLong(kid: kid) }
        guard begins <= now + SignInToken.clockTolerance else { throw .notYetValid(from: begins) }
        return expires
    }

    /// The claims of a token of ours, and whose key signed it.
    private func verified<Claims: CommonClaims>(
        _ token: String, as kind: Claims.Type
    ) async throws(Refusal) -> (Claims, kid: String) {
        let header = try SignInHeader(of: token)
        guard let key = keys[header.kid] else { throw .unknownKey }
        let claims: Claims = try await verified(token, with: key, kid: header.kid)
        guard claims.issuer.value == SignInToken.issuer else {
            throw .wrongIssuer(kid: header.kid)
        }
        return (claims, header.kid)
    }

    /// The claims of a token, if its signature is the key's.
    ///
    /// The collection holds this one key: for a `kid` that it does not know, JWTKit takes the first
    /// key it was given. And `parse` is not used anywhere: it reads every member of the header, and
    /// a number there beyond `Int` stops the process (JWTKit 5.7.1, `JWTHeaderField.init(from:)`).
    private func verified<Claims: CommonClaims>(
        _ token: String, with key: ES256PublicKey, kid: String
    ) async throws(Refusal) -> Claims {
        let collection = JWTKeyCollection()
        await collection.add(ecdsa: key, kid: JWKIdentifier(string: kid))
        do {
            return try await collection.verify(token, as: Claims.self)
        } catch let error as JWTError where error.errorType == .malformedToken {
            throw .malformed(.claims)
        } catch {
            throw .badSignature(kid: kid)
        }
    }
}

/// Whom a token signs in.
package struct SignIn: Sendable, Equatable {
    /// The provider's name in the configuration, such as `rivera`.
    package let provider: String
    /// The key that signed. When it is removed, this provider's sessions end.
    package let kid: String
    package let expiresAt: Date
    /// Whether the token had expired when it was looked at: good for resuming, not for beginning.
    package let isExpired: Bool

    package init(provider: String, kid: String, expiresAt: Date, isExpired: Bool) {
        self.provider = provider
        self.kid = kid
        self.expiresAt = expiresAt
        self.isExpired = isExpired
    }

    /// Why this token may not begin a new provider session, if it may not.
    package var refusal: Refusal? {
        isExpired ? .expired(at: expiresAt) : nil
    }
}
