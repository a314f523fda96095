import Crypto
import Foundation
import Testing

@testable import SealedChat

/// One entry of `Tests/Vectors/hpke.json`: RFC 9180's own, for this suite.
struct HPKEVector: Decodable, CustomTestStringConvertible {
    struct Encryption: Decodable {
        var aad, pt, ct: Hex
    }
    struct Export: Decodable {
        var exporterContext, exportedValue: Hex
    }
    struct File: Decodable {
        var vectors: [HPKEVector]
    }

    var mode, info, skRm, enc: Hex
    var skSm, psk, pskId: Hex?
    var encryptions: [Encryption]
    var exports: [Export]

    var testDescription: String { "mode \(mode.bytes.hex)" }

    static let all = (try? Repository.vectors("hpke.json", as: File.self).vectors) ?? []

    func recipient() throws -> HPKE.Recipient {
        let key = try P256.KeyAgreement.PrivateKey(rawRepresentation: skRm.bytes)
        let sender = try skSm.map {
            try P256.KeyAgreement.PrivateKey(rawRepresentation: $0.bytes).publicKey
        }
        let (info, enc) = (Data(info.bytes), Data(enc.bytes))
        switch (sender, psk, pskId) {
        case (nil, nil, _):
            return try HPKE.Recipient(
                privateKey: key, ciphersuite: Suite.hpke, info: info, encapsulatedKey: enc)
        case (nil, let psk?, let id?):
            return try HPKE.Recipient(
                privateKey: key, ciphersuite: Suite.hpke, info: info, encapsulatedKey: enc,
                presharedKey: SymmetricKey(data: psk.bytes), presharedKeyIdentifier: Data(id.bytes))
        case (let sender?, let psk?, let id?):
            return try HPKE.Recipient(
                privateKey: key, ciphersuite: Suite.hpke, info: info, encapsulatedKey: enc,
                authenticatedBy: sender, presharedKey: SymmetricKey(data: psk.bytes),
                presharedKeyIdentifier: Data(id.bytes))
        case (let sender?, _, _):
            return try HPKE.Recipient(
                privateKey: key, ciphersuite: Suite.hpke, info: info, encapsulatedKey: enc,
                authenticatedBy: sender)
        case (nil, _?, nil):
            throw CipherError.length
        }
    }
}

@Suite("HPKE")
struct HPKETests {
    @Test("The vectors are there, all four modes")
    func vectorsAreThere() {
        #expect(HPKEVector.all.map(\.mode.bytes) == [[0], [1], [2], [3]])
        #expect(HPKEVector.all.allSatisfy { $0.encryptions.count == 8 && $0.exports.count >= 3 })
    }

    @Test("A recipient opens what RFC 9180 sealed, and exports the same", arguments: HPKEVector.all)
    func recipientsAgree(vector: HPKEVector) throws {
        var recipient = try vector.recipient()
        for entry in vector.encryptions {
            let opened = try recipient.open(entry.ct.bytes, authenticating: entry.aad.bytes)
            #expect(Array(opened) == entry.pt.bytes)
        }
        for export in vector.exports {
            let value = try recipient.exportSecret(
                context: Data(export.exporterContext.bytes),
                outputByteCount: export.exportedValue.bytes.count)
            #expect(value.withUnsafeBytes(Array.init) == export.exportedValue.bytes)
        }
    }

    @Test("What a page calls open is mode auth of RFC 9180")
    func openIsModeAuth() throws {
        let vector = try #require(HPKEVector.all.first { $0.mode.bytes == [2] })
        let first = vector.encryptions[0]
        let recipient = try PageKey(vector.skRm.bytes)
        let sender = try PageKey(#require(vector.skSm).bytes)
        let opened = try recipient.open(
            vector.enc.bytes + first.ct.bytes, from: sender.publicKey, info: vector.info.bytes,
            authenticating: first.aad.bytes)
        #expect(opened == first.pt.bytes)
    }

    @Test("Only the recipient opens it, from that sender, for that purpose, and whole")
    func onlyTheRecipientOpens() throws {
        let (sender, recipient, other) = (PageKey(), PageKey(), PageKey())
        let (info, aad) = (Array("info".utf8), Array("aad".utf8))
        let sealed = try sender.seal(
            Array("secret".utf8), to: recipient.publicKey, info: info, authenticating: aad)
        func open(
            _ sealed: [UInt8], by key: PageKey, from peer: PeerKey, info: [UInt8], aad: [UInt8]
        ) throws -> [UInt8] {
            try key.open(sealed, from: peer, info: info, authenticating: aad)
        }
        let from = sender.publicKey
        #expect(try open(sealed, by: recipient, from: from, info: info, aad: aad).count == 6)
        for (key, peer, info, aad) in [
            (other, from, info, aad), (recipient, other.publicKey, info, aad),
            (recipient, from, aad, aad), (recipient, from, info, []),
        ] {
            #expect(throws: CipherError.tag) {
                try open(sealed, by: key, from: peer, info: info, aad: aad)
            }
        }
        for sealed in [Array(sealed.dropLast()), sealed + [0], Array(sealed.prefix(80)), []] {
            #expect(throws: CipherError.self) {
                try open(sealed, by: recipient, from: from, info: info, aad: aad)
            }
        }
        for bit in stride(from: 0, to: sealed.count * 8, by: 7) {
            #expect(throws: CipherError.self, "bit \(bit)") {
                try open(sealed.flipped(bit: bit), by: recipient, from: from, info: info, aad: aad)
            }
        }
    }

    @Test("Each sealing has its own ephemeral key")
    func ephemeralKeysAreFresh() throws {
        let (sender, recipient) = (PageKey(), PageKey())
        let sealed = try (0..<8).map { _ in
            try sender.seal([], to: recipient.publicKey, info: [], authenticating: []).prefix(65)
        }
        #expect(Set(sealed).count == 8)
    }
}

@Suite("Public keys")
struct PeerKeyTests {
    @Test("A key is a point on the curve in its long form, and nothing else")
    func keysAreStrict() throws {
        let key = P256.KeyAgreement.PrivateKey().publicKey
        let long = Array(key.x963Representation)
        #expect(try PeerKey(long).bytes == long)
        var hybrid = long
        hybrid[0] = 6 + (long[64] & 1)
        let bad: [[UInt8]] = [
            Array(key.compressedRepresentation), hybrid, Array(long.dropLast()), long + [0], [],
            [0], Array(repeating: 0, count: 65), [4] + Array(repeating: 0, count: 64),
            [4] + Array(repeating: 0xFF, count: 64), long.flipped(bit: 64 * 8),
        ]
        for bytes in bad {
            #expect(throws: CipherError.key, "\(bytes.count) bytes") { try PeerKey(bytes) }
        }
    }

    @Test("A sealed text with a compressed key in front is refused")
    func encapsulatedKeysAreStrict() throws {
        let (sender, recipient) = (PageKey(), PageKey())
        let sealed = try sender.seal(
            Array(repeating: 7, count: 100), to: recipient.publicKey, info: [], authenticating: [])
        let point = try P256.KeyAgreement.PublicKey(x963Representation: sealed.prefix(65))
        #expect(throws: CipherError.key) {
            try recipient.open(
                Array(point.compressedRepresentation) + sealed.dropFirst(65),
                from: sender.publicKey, info: [], authenticating: [])
        }
    }
}
