import Seeded

@testable import SealedChat

/// The two ends of one conversation, and the relay between them: it gives places, and nothing else.
struct Pair {
    var patient: ConversationCipher
    var provider: ConversationCipher
    var placed: UInt32 = 0

    init(
        epoch: UInt16 = 0, seed: UInt64 = 1, sealer: any MessageSealer = GCMSealer(),
        greatestNumber: UInt64 = ConversationCipher.greatestNumber
    ) throws {
        var random = SplitMix(seed: seed)
        let (patientKey, providerKey) = (PageKey(), PageKey())
        let pairing = try Pairing(
            id: random.bytes(16), patient: patientKey.publicKey, provider: providerKey.publicKey,
            patientNonce: random.bytes(32), providerNonce: random.bytes(32), own: patientKey)
        let secret = try ConversationSecret(random.bytes(32))
        func cipher(_ side: Side) -> ConversationCipher {
            ConversationCipher(
                secret: secret, pairing: pairing, epoch: epoch, side: side, sealer: sealer,
                greatestNumber: greatestNumber)
        }
        (patient, provider) = (cipher(.patient), cipher(.provider))
    }

    /// Writes, places and hands on; returns what the reader reads.
    @discardableResult
    mutating func say(_ text: String, from side: Side) throws -> Body {
        let frame = try place(.text(text), from: side)
        return try cipher(side.other).open(frame)
    }

    /// Writes and places; the reader is not told yet.
    mutating func place(_ body: Body, from side: Side) throws -> [UInt8] {
        let frame = try cipher(side).seal(body, conversation: 7)
        placed += 1
        try cipher(side).place(frame, sequence: placed)
        return passedOn(frame, sequence: placed)
    }

    func cipher(_ side: Side) -> ConversationCipher { side == .patient ? patient : provider }
}

/// The frame as the relay hands it on: with its place.
func passedOn(_ frame: [UInt8], sequence: UInt32) -> [UInt8] {
    var frame = frame
    frame.replaceSubrange(20..<24, with: sequence.bigEndianBytes)
    return frame
}

extension [UInt8] {
    func flipped(bit: Int) -> [UInt8] {
        var bytes = self
        bytes[bit / 8] ^= 1 << (bit % 8)
        return bytes
    }

    /// The header's number, changed.
    func numbered(_ number: UInt64) -> [UInt8] {
        var bytes = self
        bytes.replaceSubrange(8..<16, with: number.bigEndianBytes)
        return bytes
    }
}
