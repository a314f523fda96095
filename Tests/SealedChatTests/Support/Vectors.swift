import Crypto
import Foundation
import Testing

@testable import SealedChat

/// Files of this repository that the tests compare with.
enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func vectors<T: Decodable>(_ name: String, as type: T.Type = T.self) throws -> T {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(
            type, from: Data(contentsOf: root.appending(path: "Tests/Vectors/\(name)")))
    }
}

/// `Tests/Vectors/sealing.json`.
struct SealingVectors: Decodable {
    struct KeyPair: Decodable {
        var `private`: Hex
        var `public`: Hex
        var pid: Hex?
    }
    struct Run: Decodable {
        var cid, patientNonce, providerNonce, commit, transcript, ecdh, secret, sas: Hex
        var code: String
    }
    struct Conversation: Decodable {
        var conversation, epoch, secret, prk, check: Hex
    }
    struct Keys: Decodable {
        var key, iv, mac: Hex
    }
    struct Nonce: Decodable {
        var slot, lane, number, nonce: Hex
    }
    struct Frame: Decodable {
        var slot, number, sequence, text, inner, frame: Hex
    }
    struct Proof: Decodable {
        var kind, slot, watermark, frame: Hex
    }
    struct Inner: Decodable {
        var what, inner: Hex
        var watermark, digest, matches: Hex?
    }
    struct Wrap: Decodable {
        var first, last, info, aad, sealed: Hex
    }
    struct Card: Decodable {
        var revision, json, padded, info, sealed: Hex
    }

    var suite: Hex
    var patient, provider: KeyPair
    var pairing: Run
    var conversation: Conversation
    var keys: [Keys]
    var nonces: [Nonce]
    var frames: [Frame]
    var chain: [Hex]
    var proofs: [Proof]
    var inners: [Inner]
    var wrap: Wrap
    var card: Card

    static func read() throws -> SealingVectors { try Repository.vectors("sealing.json") }
}

extension PageKey {
    init(_ bytes: [UInt8]) throws {
        self.init(try P256.KeyAgreement.PrivateKey(rawRepresentation: bytes))
    }
}
