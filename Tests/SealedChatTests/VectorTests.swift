import Crypto
import Testing

@testable import SealedChat

/// `Tests/Vectors/sealing.json`: every value of `docs/protocol.md`, "Sealing", for fixed inputs.
@Suite("The sealing's vectors")
struct VectorTests {
    let vectors: SealingVectors
    let patient: PageKey
    let provider: PageKey
    let pairing: Pairing
    let secret: ConversationSecret

    init() throws {
        vectors = try SealingVectors.read()
        patient = try PageKey(vectors.patient.private.bytes)
        provider = try PageKey(vectors.provider.private.bytes)
        pairing = try Self.pairing(of: patient, vectors)
        secret = try ConversationSecret(vectors.conversation.secret.bytes)
    }

    static func pairing(of own: PageKey, _ vectors: SealingVectors) throws -> Pairing {
        let run = vectors.pairing
        return try Pairing(
            id: run.cid.bytes, patient: PeerKey(vectors.patient.public.bytes),
            provider: PeerKey(vectors.provider.public.bytes),
            patientNonce: run.patientNonce.bytes, providerNonce: run.providerNonce.bytes, own: own)
    }

    func cipher(_ side: Side) -> ConversationCipher {
        ConversationCipher(
            secret: secret, pairing: pairing, epoch: 0, side: side, sealer: GCMSealer())
    }

    @Test("Keys and what names them")
    func keys() {
        #expect([Suite.number] == vectors.suite.bytes)
        #expect(patient.publicKey.bytes == vectors.patient.public.bytes)
        #expect(provider.publicKey.bytes == vectors.provider.public.bytes)
        #expect(patient.publicKey.pid == vectors.patient.pid?.bytes)
        #expect(provider.publicKey.pid == vectors.provider.pid?.bytes)
    }

    @Test("The run: commitment, transcript, code, the same on both sides")
    func run() throws {
        let run = vectors.pairing
        #expect(
            Pairing.commitment(
                id: run.cid.bytes, patient: patient.publicKey, nonce: run.patientNonce.bytes)
                == run.commit.bytes)
        let shared = try patient.agree(with: provider.publicKey)
        #expect(shared.withUnsafeBytes(Array.init) == run.ecdh.bytes)
        #expect(pairing.transcript == run.transcript.bytes)
        #expect(pairing.code.value == run.sas.number)
        #expect(pairing.code.digits == run.code)
        #expect(pairing.code.description == "810 131")
        #expect(try Self.pairing(of: provider, vectors) == pairing)
    }

    @Test("A code has six digits, small ones too")
    func smallCodes() {
        #expect(SafetyCode(value: 42).digits == "000042")
        #expect(SafetyCode(value: 5_000_000_000_000).description == "000 000")
        #expect(SafetyCode(value: .max).digits.count == 6)
    }

    @Test("The keys of a conversation, and its nonces")
    func conversationKeys() throws {
        let keys = ConversationKeys(secret, pairing: pairing, epoch: 0)
        #expect(keys.check == vectors.conversation.check.bytes)
        for (side, expected) in zip([Side.patient, .provider], vectors.keys) {
            let own = keys.keys(of: side)
            #expect(own.key.withUnsafeBytes(Array.init) == expected.key.bytes)
            #expect(own.iv == expected.iv.bytes)
            #expect(own.mac.withUnsafeBytes(Array.init) == expected.mac.bytes)
        }
        for nonce in vectors.nonces {
            let side = try #require(Side(rawValue: UInt8(nonce.slot.number)))
            #expect(
                keys.keys(of: side).nonce(
                    lane: UInt32(nonce.lane.number), number: nonce.number.number)
                    == nonce.nonce.bytes)
        }
    }

    @Test("Messages, whole and as they are inside")
    func messages() throws {
        for vector in vectors.frames {
            let text = try #require(String(validating: vector.text.bytes, as: UTF8.self))
            #expect(try Body.text(text).encoded() == vector.inner.bytes)
            let side = try #require(Side(rawValue: UInt8(vector.slot.number)))
            let sealed = try cipher(side).seal(.text(text), conversation: 7)
            var expected = vector.frame.bytes
            expected.replaceSubrange(20..<24, with: [0, 0, 0, 0])
            #expect(sealed == expected)
        }
        for vector in vectors.inners {
            let body: Body
            if let digest = vector.digest {
                body = .end(
                    ChainPoint(
                        watermark: UInt32(vector.watermark?.number ?? 0), digest: digest.bytes))
            } else {
                body = .comparison(matches: vector.matches?.number == 1)
            }
            #expect(try body.encoded() == vector.inner.bytes)
            #expect(try Body(decoding: vector.inner.bytes) == body)
        }
    }

    @Test("A chat as both pages see it: opened, chained, proved")
    func chat() throws {
        let (patient, provider) = (cipher(.patient), cipher(.provider))
        let (first, second) = (vectors.frames[0].frame.bytes, vectors.frames[1].frame.bytes)
        _ = try patient.seal(.text("Do you have chest pain?"), conversation: 7)
        try patient.place(first, sequence: 1)
        #expect(try provider.open(first) == .text("Do you have chest pain?"))
        _ = try provider.seal(.text("À demain"), conversation: 7)
        try provider.place(second, sequence: 2)
        #expect(try patient.open(second) == .text("À demain"))

        for vector in vectors.proofs {
            let (maker, reader) =
                vector.slot.number == 0 ? (patient, provider) : (provider, patient)
            let proof = try maker.prove(
                vector.kind.number == 3 ? .seen : .delivered, upTo: 2, conversation: 7)
            #expect(proof == vector.frame.bytes)
            #expect(try reader.verify(proof))
        }
        let end = try provider.seal(provider.end(), conversation: 7)
        let digest = Array(vectors.chain[2].bytes.prefix(16))
        try provider.place(end, sequence: 3)
        #expect(
            try patient.open(passedOn(end, sequence: 3))
                == .end(ChainPoint(watermark: 2, digest: digest)))
        #expect(patient.isTrueEnd(ChainPoint(watermark: 2, digest: digest)))
        for (sequence, hash) in vectors.chain.enumerated() {
            let digest = Array(hash.bytes.prefix(16))
            #expect(patient.isTrueEnd(ChainPoint(watermark: UInt32(sequence), digest: digest)))
        }
    }

    @Test("What the page sealed for the provider opens: the wrap and the card")
    func wrapAndCard() throws {
        let check = vectors.conversation.check.bytes
        let opened = try pairing.unwrap(
            vectors.wrap.sealed.bytes, epoch: 0, check: check, by: provider)
        #expect(
            opened.key.withUnsafeBytes(Array.init) == vectors.conversation.secret.bytes)
        #expect(vectors.wrap.sealed.bytes.count == Pairing.wrapByteCount)
        #expect(
            try Card.open(
                vectors.card.sealed.bytes, revision: 1, from: patient.publicKey, by: provider)
                == vectors.card.json.bytes)
        #expect(
            try Padding.pad(vectors.card.json.bytes, to: Card.paddedByteCounts)
                == vectors.card.padded.bytes)
    }

    @Test("What this page seals opens once more: the wrap and the card")
    func ownWrapAndCard() throws {
        let check = vectors.conversation.check.bytes
        let wrap = try pairing.wrap(secret, epoch: 9, check: check, by: patient)
        #expect(wrap.count == Pairing.wrapByteCount)
        let opened = try pairing.unwrap(wrap, epoch: 9, check: check, by: provider)
        #expect(opened.key == secret.key)
        let card = try Card.seal(
            Array("{}".utf8), revision: 3, from: patient, to: provider.publicKey)
        #expect(
            try Card.open(card, revision: 3, from: patient.publicKey, by: provider)
                == Array("{}".utf8))
    }
}
