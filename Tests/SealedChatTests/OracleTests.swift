import Crypto
import Seeded
import Testing

@testable import SealedChat

/// The pages' sealing and this one, compared on random inputs: `Sources/Web/relay/cipher.js` is
/// written with WebCrypto, by another hand.
@Suite("The pages compute the same")
struct OracleTests {
    /// `LETHE_ORACLE`: how many; `make sealing` asks for a hundred thousand.
    @Test("Ten thousand random inputs, byte for byte")
    func agreeOnRandomInputs() throws {
        let seed = Seed.value
        var random = SplitMix(seed: seed)
        let count = Size.of("LETHE_ORACLE", else: 10_000)
        // So many at a time fit into memory.
        for start in stride(from: 0, to: count, by: 10_000) {
            let inputs = (start..<min(start + 10_000, count)).map {
                Input(&random, seals: $0.isMultiple(of: 10))
            }
            let oracle = try Oracle(asking: inputs.map(\.request))
            let values = try inputs.map { try $0.values() }
            let answers = try oracle.answers()
            try #require(answers.count == inputs.count, "seed \(seed)")
            for (index, (input, answer)) in zip(inputs, answers).enumerated() {
                let place = "seed \(seed), input \(start + index)"
                #expect(answer["error"] == nil, "\(place)")
                for (name, value) in values[index] {
                    #expect(answer[name] == value, "\(place): \(name)")
                }
                if input.seals { try input.expectToOpen(answer, place) }
            }
        }
        if count > 10_000 { print("\(count) inputs, seed \(seed)") }
    }

    @Test("What is sealed here opens on the pages")
    func pagesOpenWhatIsSealedHere() throws {
        let seed = Seed.value
        var random = SplitMix(seed: seed)
        let inputs = (0..<300).map { _ in Input(&random, seals: true) }
        let answers = try Oracle(asking: inputs.map { ["open": try $0.sealedHere()] }).answers()
        try #require(answers.count == inputs.count, "seed \(seed)")
        for (index, (input, answer)) in zip(inputs, answers).enumerated() {
            #expect(answer["secret"] == input.secret.hex, "seed \(seed), input \(index)")
            #expect(answer["card"] == input.card.hex, "seed \(seed), input \(index)")
        }
    }
}

/// A run, a conversation and one message in it.
private struct Input {
    let patientKey, providerKey, ephemeral: [UInt8]
    let cid, patientNonce, providerNonce, secret: [UInt8]
    let epoch: UInt16
    let side: Side
    let number, conversation, sequence, watermark: UInt32
    let text: String
    let seals: Bool
    let revision: UInt32
    let card: [UInt8]

    init(_ random: inout SplitMix, seals: Bool) {
        // Below the order of the group, whose first 32 bits are ones.
        func privateKey() -> [UInt8] { [UInt8(random.below(255))] + random.bytes(31) }
        (patientKey, providerKey, ephemeral) = (privateKey(), privateKey(), privateKey())
        cid = random.bytes(16)
        (patientNonce, providerNonce) = (random.bytes(32), random.bytes(32))
        secret = random.bytes(32)
        epoch = .random(in: .min ... .max, using: &random)
        side = random.chance(50) ? .patient : .provider
        // With both 1, the pages' key object is asked as well.
        let isFirst = random.chance(25)
        number = isFirst ? 1 : .random(in: 1...1 << 20, using: &random)
        watermark = isFirst ? 1 : .random(in: 0...1 << 20, using: &random)
        conversation = .random(in: .min ... .max, using: &random)
        sequence = .random(in: .min ... .max, using: &random)
        text = Self.text(&random)
        self.seals = seals
        revision = .random(in: .min ... .max, using: &random)
        card = random.bytes(random.below(4_080))
    }

    /// Scalars of one to four bytes, the mark of the padding among them; all size classes.
    private static func text(_ random: inout SplitMix) -> String {
        let most = [3, 60, 250, 1_000, 4_000][random.below(5)]
        var text = ""
        for _ in 0..<random.below(most) {
            let range: ClosedRange<UInt32> =
                [0...0x7F, 0x80...0xBF, 0xA0...0x7FF, 0xE000...0xFFFF, 0x1F300...0x1FAFF][
                    random.below(5)]
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// What the oracle is asked.
    var request: [String: String] {
        var request = [
            "skP": patientKey.hex, "skR": providerKey.hex, "cid": cid.hex, "nP": patientNonce.hex,
            "nR": providerNonce.hex, "secret": secret.hex, "epoch": epoch.bigEndianBytes.hex,
            "slot": [side.rawValue].hex, "number": number.bigEndianBytes.hex,
            "conversation": conversation.bigEndianBytes.hex,
            "sequence": sequence.bigEndianBytes.hex, "text": Array(text.utf8).hex,
            "w": watermark.bigEndianBytes.hex,
        ]
        if seals {
            request["wrapEphemeral"] = ephemeral.hex
            request["revision"] = revision.bigEndianBytes.hex
            request["card"] = card.hex
        }
        return request
    }

    private func pairing(of own: PageKey) throws -> Pairing {
        try Pairing(
            id: cid, patient: PageKey(patientKey).publicKey,
            provider: PageKey(providerKey).publicKey, patientNonce: patientNonce,
            providerNonce: providerNonce, own: own)
    }

    /// What this implementation makes of the same, by the names of the answer.
    func values() throws -> [String: String] {
        let (patient, provider) = (try PageKey(patientKey), try PageKey(providerKey))
        let pairing = try pairing(of: provider)
        let keys = try ConversationKeys(
            ConversationSecret(secret), pairing: pairing, epoch: epoch)
        let frame = try sealed(keys)
        var chain = Chain(pairing: cid, check: keys.check)
        chain.append(frame)
        let link = try #require(chain[1])
        let end = Body.end(
            ChainPoint(watermark: watermark, digest: Array(link.prefix(16))))
        return [
            "pkP": patient.publicKey.bytes.hex, "pkR": provider.publicKey.bytes.hex,
            "pidP": patient.publicKey.pid.hex, "pidR": provider.publicKey.pid.hex,
            "hP": Pairing.commitment(
                id: cid, patient: patient.publicKey, nonce: patientNonce
            ).hex,
            "Z": try provider.agree(with: patient.publicKey).withUnsafeBytes(Array.init).hex,
            "T": pairing.transcript.hex, "sas": pairing.code.value.bigEndianBytes.hex,
            "code": pairing.code.digits, "check": keys.check.hex,
            "frame": passedOn(frame, sequence: sequence).hex, "chain": link.hex,
            "delivered": try receipt(keys, pairing: pairing, link: link).hex,
            "end": try end.encoded().hex,
        ]
    }

    /// By hand, because a key object has no number but its own.
    private func sealed(_ keys: ConversationKeys) throws -> [UInt8] {
        let own = keys.keys(of: side)
        let header = SealedHeader(kind: .message, side: side, epoch: epoch, number: UInt64(number))
        let body = try GCMSealer().seal(
            Body.text(text).encoded(), key: own.key, nonce: own.nonce(number: header.number),
            authenticating: labelled(.message, cid, header.bytes))
        return header.bytes + conversation.bigEndianBytes + [0, 0, 0, 0] + body
    }

    /// By the other side: with the key object where it has a say, by hand otherwise.
    private func receipt(
        _ keys: ConversationKeys, pairing: Pairing, link: [UInt8]
    ) throws -> [UInt8] {
        if number == 1, watermark == 1 {
            func cipher(_ side: Side) throws -> ConversationCipher {
                ConversationCipher(
                    secret: try ConversationSecret(secret), pairing: pairing, epoch: epoch,
                    side: side, sealer: GCMSealer())
            }
            let frame = try cipher(side).seal(.text(text), conversation: conversation)
            let reader = try cipher(side.other)
            let opened = try reader.open(passedOn(frame, sequence: 1))
            // Not as strings: they are equal when they only look alike.
            guard case .text(let read) = opened else { throw CipherError.body }
            #expect(read.utf8.elementsEqual(text.utf8))
            return try reader.prove(.delivered, upTo: 1, conversation: conversation)
        }
        let header = SealedHeader(
            kind: .delivered, side: side.other, epoch: epoch, number: UInt64(watermark))
        let proof = HMAC<SHA256>.authenticationCode(
            for: labelled(.acknowledgement, cid, header.bytes, link),
            using: keys.keys(of: side.other).mac)
        return header.bytes + conversation.bigEndianBytes + [0, 0, 0, 0] + proof.prefix(16)
    }

    /// What the pages sealed with an ephemeral key of ours opens here.
    func expectToOpen(_ answer: [String: String], _ place: String) throws {
        let (patient, provider) = (try PageKey(patientKey), try PageKey(providerKey))
        let wrap = try #require(answer["wrap"].flatMap(Hex.read))
        let check = try #require(answer["check"].flatMap(Hex.read))
        let opened = try pairing(of: provider).unwrap(
            wrap, epoch: epoch, check: check, by: provider)
        #expect(opened.key.withUnsafeBytes(Array.init) == secret, "\(place)")
        let sealedCard = try #require(answer["cardSealed"].flatMap(Hex.read))
        #expect(
            try Card.open(sealedCard, revision: revision, from: patient.publicKey, by: provider)
                == card, "\(place)")
    }

    /// A wrap and a card, and what the oracle needs to open them.
    func sealedHere() throws -> [String: String] {
        let (patient, provider) = (try PageKey(patientKey), try PageKey(providerKey))
        let pairing = try pairing(of: patient)
        let secret = try ConversationSecret(secret)
        let check = ConversationKeys(secret, pairing: pairing, epoch: epoch).check
        return [
            "skR": providerKey.hex, "pkP": patient.publicKey.bytes.hex,
            "T": pairing.transcript.hex, "epoch": epoch.bigEndianBytes.hex, "check": check.hex,
            "wrap": try pairing.wrap(secret, epoch: epoch, check: check, by: patient).hex,
            "revision": revision.bigEndianBytes.hex,
            "cardSealed": try Card.seal(
                card, revision: revision, from: patient, to: provider.publicKey
            ).hex,
        ]
    }
}
