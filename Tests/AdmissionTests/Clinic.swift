import Crypto
import FoundationEssentials
import JWTKit

@testable import Admission

/// A clinic with one room and an issuer of sign-in tokens, right or wrong.
struct Clinic {
    let key = P256.Signing.PrivateKey()
    let directory = Directory()
    let now = Date(timeIntervalSince1970: 1_800_000_000)

    init() {
        directory.write(key.publicKey.pemRepresentation, to: "front-desk.pem")
    }

    func admission() throws -> Admission {
        Admission(
            keys: try KeySet(directory: directory.path),
            providers: ["demo": ["rivera", "lee"], "other": ["okafor"]])
    }

    func admit(_ token: String, to room: String = "demo") async throws -> Result<SignIn, Refusal> {
        try await admission().admit(token: token, to: room, at: now)
    }

    /// A token as `lethe invite` makes it, valid for an hour.
    func invite(
        _ provider: String = "rivera", to room: String = "demo", kid: String = "front-desk"
    ) throws -> String {
        try InviteKey(pem: key.pemRepresentation, kid: kid)
            .token(provider: provider, room: room, validFor: .seconds(3600), from: now)
    }

    /// A token with any header and claims, signed with ES256 unless told otherwise.
    func token(
        header: String = #"{"alg":"ES256","kid":"front-desk"}"#,
        claims: String,
        signature: ((Data) throws -> Data)? = nil
    ) throws -> String {
        let signed =
            Base64URL.encoded(Data(header.utf8)) + "." + Base64URL.encoded(Data(claims.utf8))
        let sign = signature ?? { try self.key.signature(for: $0).rawRepresentation }
        return signed + "." + Base64URL.encoded(try sign(Data(signed.utf8)))
    }

    /// Right claims, but for those that are given.
    func claims(
        issuer: String = "lethe", provider: String = "rivera", room: String = "demo",
        issued: String = "0", expires: String = "3600", more: String = ""
    ) -> String {
        func time(_ offset: String) -> String {
            Int(offset).map { String(Int(now.timeIntervalSince1970) + $0) } ?? offset
        }
        return """
            {"iss":"\(issuer)","sub":"\(provider)","room":"\(room)",\
            "iat":\(time(issued)),"exp":\(time(expires))\(more)}
            """
    }
}

/// A directory that goes away with its last reference.
final class Directory: Sendable {
    let path: String

    init() {
        path =
            FileManager.default.temporaryDirectory
            .appending(path: "lethe-\(UUID().uuidString)").path
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) {
        write(Data(text.utf8), to: name)
    }

    func write(_ bytes: Data, to name: String) {
        _ = FileManager.default.createFile(atPath: path + "/" + name, contents: bytes)
    }

    func remove(_ name: String) {
        try? FileManager.default.removeItem(atPath: path + "/" + name)
    }
}
