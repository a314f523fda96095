import Crypto
import FoundationEssentials
import JWTKit

/// The public keys whose tokens are accepted, by key identifier (`kid`).
///
/// A value: reading the directory again gives another set, and ``keysRemoved(since:)`` tells whose
/// sessions must end.
package struct KeySet: Sendable, Equatable {
    /// A relay has an issuer or a few, each with a key in use and a next one.
    package static let largestCount = 64
    /// A P-256 public key in PEM has 178 bytes.
    package static let largestFileByteCount = 8_192

    private let keys: [String: ES256PublicKey]

    /// The key identifiers, sorted.
    package var kids: [String] { keys.keys.sorted() }
    package var isEmpty: Bool { keys.isEmpty }

    subscript(kid: String) -> ES256PublicKey? { keys[kid] }

    /// Reads every `NAME.pem` of a directory: a P-256 public key (SPKI) whose `kid` is NAME.
    ///
    /// Other files, and those whose name begins with a point, are left alone.
    ///
    /// - Parameter allowingNone: Whether a directory without keys is right. At start it is not:
    ///   nobody could sign in. When the keys are read again it is: removing the last key must work.
    package init(directory: String, allowingNone: Bool = false) throws(KeySetError) {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw KeySetError(
                file: directory, found: "no directory that can be read",
                expected: "a directory of public keys")
        }
        let files = names.filter { $0.hasSuffix(".pem") && !$0.hasPrefix(".") }.sorted()
        guard files.count <= Self.largestCount else {
            throw KeySetError(
                file: directory, found: "\(files.count) keys",
                expected: "at most \(Self.largestCount)")
        }
        guard allowingNone || !files.isEmpty else {
            throw KeySetError(
                file: directory, found: "no file ending in .pem",
                expected: "at least one P-256 public key, such as `lethe certs` makes")
        }

        var keys: [String: ES256PublicKey] = [:]
        for file in files {
            let path = directory.hasSuffix("/") ? directory + file : directory + "/" + file
            let kid = String(file.dropLast(4))
            guard Self.isKeyIdentifier(kid) else {
                throw KeySetError(
                    file: path, found: "a name that cannot be a key identifier",
                    expected: "1 to 64 letters, digits, points, underscores or hyphens before .pem")
            }
            keys[kid] = try Self.publicKey(in: path)
        }
        self.keys = keys
    }

    /// The key identifiers that `former` had and this set does not have, or has with another key.
    package func keysRemoved(since former: KeySet) -> Set<String> {
        Set(former.keys.filter { keys[$0.key] != $0.value }.keys)
    }

    /// Whether text can be a key identifier: `[A-Za-z0-9._-]{1,64}`, not beginning with a point.
    package static func isKeyIdentifier(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && !text.hasPrefix(".")
            && text.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    private static func publicKey(in path: String) throws(KeySetError) -> ES256PublicKey {
        let expected = "a P-256 public key in PEM (-----BEGIN PUBLIC KEY-----)"
        func wrong(_ found: String) -> KeySetError {
            KeySetError(file: path, found: found, expected: expected)
        }
        let text = try pem(in: path, expected: expected)
        do {
            return try ES256PublicKey(pem: text)
        } catch {
            // A relay that could read a private key could sign in anybody.
            if text.contains("PRIVATE KEY-----") { throw wrong("a private key") }
            if text.contains("BEGIN CERTIFICATE-----") { throw wrong("a certificate") }
            if (try? P384.Signing.PublicKey(pemRepresentation: text)) != nil {
                throw wrong("a P-384 public key")
            }
            if (try? P521.Signing.PublicKey(pemRepresentation: text)) != nil {
                throw wrong("a P-521 public key")
            }
            if text.contains("PUBLIC KEY-----") {
                throw wrong("a public key that is damaged or of another kind")
            }
            throw wrong("something else")
        }
    }

    /// The text of a file, which may be a symbolic link, as mounted secrets are.
    private static func pem(in path: String, expected: String) throws(KeySetError) -> String {
        func wrong(_ found: String) -> KeySetError {
            KeySetError(file: path, found: found, expected: expected)
        }
        let real = URL(filePath: path).resolvingSymlinksInPath().path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: real) else {
            throw wrong("no file that can be read")
        }
        // Asked before reading: a pipe or a device would never end.
        switch attributes[.type] as? FileAttributeType {
        case .typeRegular: break
        case .typeSymbolicLink: throw wrong("a link to nothing")
        default: throw wrong("something that is not a file")
        }
        guard let size = attributes[.size] as? UInt, size <= largestFileByteCount else {
            throw wrong("a file of more than \(largestFileByteCount) bytes")
        }
        guard let bytes = FileManager.default.contents(atPath: real) else {
            throw wrong("no file that can be read")
        }
        guard bytes.count <= largestFileByteCount, let text = String(data: bytes, encoding: .utf8)
        else { throw wrong("something else") }
        return text
    }
}

/// A key or key directory that cannot be used.
package struct KeySetError: Error, Equatable, Sendable, CustomStringConvertible {
    package let file: String
    package let found: String
    package let expected: String

    package var description: String { "\(file): found \(found), expected \(expected)" }
}
