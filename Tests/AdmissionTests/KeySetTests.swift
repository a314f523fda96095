import Crypto
import FoundationEssentials
import JWTKit
import Testing

@testable import Admission

@Suite("The key directory")
struct KeyDirectory {
    let directory = Directory()
    let pem = P256.Signing.PrivateKey().publicKey.pemRepresentation

    private func error(allowingNone: Bool = false) -> KeySetError? {
        do {
            _ = try KeySet(directory: directory.path, allowingNone: allowingNone)
            return nil
        } catch {
            return error
        }
    }

    @Test("A key's identifier is the name of its file")
    func aKeysIdentifierIsTheNameOfItsFile() throws {
        directory.write(pem, to: "front-desk.pem")
        directory.write(pem, to: "2026.q4_next.pem")
        directory.write("not a key", to: "README.md")
        directory.write("not a key", to: ".#front-desk.pem")
        #expect(try KeySet(directory: directory.path).kids == ["2026.q4_next", "front-desk"])
    }

    @Test("A key may be a link, as mounted secrets are")
    func aKeyMayBeALink() throws {
        directory.write(pem, to: "data")
        try FileManager.default.createSymbolicLink(
            atPath: directory.path + "/linked.pem", withDestinationPath: directory.path + "/data")
        #expect(try KeySet(directory: directory.path).kids == ["linked"])
    }

    @Test("No directory, and a directory without keys, are errors at start")
    func noDirectoryIsAnError() {
        #expect(
            error()?.description
                == "\(directory.path): found no file ending in .pem, expected at least one P-256 "
                + "public key, such as `lethe certs` makes")
        #expect(throws: KeySetError.self) { try KeySet(directory: "/nonexistent/keys") }
    }

    @Test("The last key can be removed while the relay runs")
    func theLastKeyCanBeRemoved() throws {
        directory.write(pem, to: "only.pem")
        let former = try KeySet(directory: directory.path)
        directory.remove("only.pem")
        let current = try KeySet(directory: directory.path, allowingNone: true)
        #expect(current.isEmpty)
        #expect(current.keysRemoved(since: former) == ["only"])
    }

    @Test("Removed and replaced keys are named, kept and new ones are not")
    func removedAndReplacedKeysAreNamed() throws {
        for name in ["kept.pem", "replaced.pem", "removed.pem"] { directory.write(pem, to: name) }
        let former = try KeySet(directory: directory.path)
        let other = P256.Signing.PrivateKey().publicKey.pemRepresentation
        directory.write(other, to: "replaced.pem")
        directory.write(other, to: "new.pem")
        directory.remove("removed.pem")
        let current = try KeySet(directory: directory.path)
        #expect(current.keysRemoved(since: former) == ["replaced", "removed"])
        #expect(current.keysRemoved(since: current).isEmpty)
    }

    @Test(
        "A file that is not a P-256 public key is named, with what it is",
        arguments: [
            (P256.Signing.PrivateKey().pemRepresentation, "a private key"),
            (P384.Signing.PrivateKey().publicKey.pemRepresentation, "a P-384 public key"),
            (P521.Signing.PrivateKey().publicKey.pemRepresentation, "a P-521 public key"),
            (
                """
                -----BEGIN PUBLIC KEY-----
                MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
                -----END PUBLIC KEY-----
                """, "a public key that is damaged or of another kind"
            ),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "a certificate"),
            ("", "something else"),
            ("hello", "something else"),
        ])
    func aFileThatIsNotAKeyIsNamed(content: String, found: String) {
        directory.write(pem, to: "aaa.pem")
        directory.write(content, to: "bad.pem")
        #expect(
            error()
                == KeySetError(
                    file: directory.path + "/bad.pem", found: found,
                    expected: "a P-256 public key in PEM (-----BEGIN PUBLIC KEY-----)"))
    }

    @Test("A file of 8 KiB is looked at, a larger one is not")
    func aFileOf8KiBIsLookedAt() {
        directory.write(String(repeating: "x", count: 8_192), to: "large.pem")
        #expect(error()?.found == "something else")
        directory.write(String(repeating: "x", count: 8_193), to: "large.pem")
        #expect(error()?.found == "a file of more than 8192 bytes")
    }

    @Test("Bytes that are not text, a directory and a broken link are no keys")
    func bytesADirectoryAndABrokenLinkAreNoKeys() throws {
        directory.write(Data([0xFF, 0xFE, 0x00]), to: "bytes.pem")
        #expect(error()?.found == "something else")
        directory.remove("bytes.pem")
        try FileManager.default.createDirectory(
            atPath: directory.path + "/folder.pem", withIntermediateDirectories: false)
        #expect(error()?.found == "something that is not a file")
        directory.remove("folder.pem")
        try FileManager.default.createSymbolicLink(
            atPath: directory.path + "/broken.pem", withDestinationPath: "/nonexistent")
        #expect(error()?.found == "a link to nothing")
        directory.remove("broken.pem")
        try FileManager.default.createSymbolicLink(
            atPath: directory.path + "/endless.pem", withDestinationPath: "/dev/zero")
        #expect(error()?.found == "something that is not a file")
    }

    @Test(
        "A file name that cannot be a key identifier is an error",
        arguments: ["a b.pem", "ü.pem", "\(String(repeating: "k", count: 65)).pem"])
    func aFileNameThatCannotBeAKeyIdentifierIsAnError(name: String) {
        directory.write(pem, to: name)
        #expect(error()?.found == "a name that cannot be a key identifier")
    }

    @Test("64 keys are read, 65 are too many")
    func sixtyFiveKeysAreTooMany() throws {
        for number in 1...64 { directory.write(pem, to: "key-\(number).pem") }
        #expect(try KeySet(directory: directory.path).kids.count == 64)
        directory.write(pem, to: "key-65.pem")
        #expect(error()?.found == "65 keys")
    }
}
