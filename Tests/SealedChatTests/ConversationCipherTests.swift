import Crypto
import Testing

@testable import SealedChat

@Suite("The keys of a conversation")
struct ConversationCipherTests {
    @Test("Both sides write and read, in the relay's order")
    func bothSidesWrite() throws {
        var pair = try Pair()
        #expect(!pair.patient.isUsed && !pair.provider.isUsed)
        for (text, side) in [
            ("Hello", Side.patient), ("Good morning", .provider), ("", .provider),
            ("🤒 39,5 °C", .patient), ("\u{FEFF}kept", .provider), ("é\u{80}", .patient),
        ] {
            #expect(try pair.say(text, from: side) == .text(text))
        }
        #expect(pair.patient.placed == 6 && pair.provider.placed == 6)
        #expect(pair.patient.isUsed && pair.provider.isUsed)
    }

    @Test("What a message says shows in its length only roughly")
    func lengthsAreClasses() throws {
        let pair = try Pair()
        for (bytes, whole) in [
            (0, 280), (237, 280), (238, 536), (493, 536), (16_365, 16_408),
        ] {
            let text = String(repeating: "x", count: bytes)
            #expect(try pair.patient.seal(.text(text), conversation: 7).count == whole)
        }
        #expect(throws: CipherError.limit) {
            try pair.patient.seal(.text(String(repeating: "x", count: 16_366)), conversation: 7)
        }
    }

    @Test("A text that does not fit spends no number")
    func refusedTextSpendsNothing() throws {
        let pair = try Pair()
        #expect(throws: CipherError.limit) {
            try pair.patient.seal(.text(String(repeating: "x", count: 20_000)), conversation: 7)
        }
        let frame = try pair.patient.seal(.text("first"), conversation: 7)
        #expect(UInt64(bigEndian: frame[8..<16]) == 1)
    }

    @Test("Every single bit of header, text and tag counts, and nothing advances")
    func everyBitCounts() throws {
        var pair = try Pair()
        try pair.say("before", from: .patient)
        let frame = try pair.place(.text("Do you have chest pain?"), from: .patient)
        for bit in 0..<frame.count * 8 {
            // Bytes 16…19 are the relay's handle, which is no part of what the pages agree on.
            guard !(16..<20).contains(bit / 8) else { continue }
            #expect(throws: CipherError.self, "bit \(bit)") {
                try pair.provider.open(frame.flipped(bit: bit))
            }
            #expect(pair.provider.placed == 1)
        }
        #expect(try pair.provider.open(frame) == .text("Do you have chest pain?"))
        #expect(try pair.say("after", from: .provider) == .text("after"))
    }

    @Test("A tag that was cut, and a frame that was, are refused")
    func cutFramesAreRefused() throws {
        var pair = try Pair()
        let frame = try pair.place(.text("whole"), from: .patient)
        for count in 0..<frame.count {
            #expect(throws: CipherError.frame) { try pair.provider.open(Array(frame[..<count])) }
        }
        #expect(throws: CipherError.frame) { try pair.provider.open(frame + [0]) }
        #expect(throws: CipherError.tag) {
            try pair.provider.open(frame + Array(repeating: 0, count: 256))
        }
        #expect(try pair.provider.open(frame) == .text("whole"))
    }

    @Test("A message comes once: a replay is refused, in its own place and in the next")
    func replaysAreRefused() throws {
        var pair = try Pair()
        let frame = try pair.place(.text("once"), from: .patient)
        _ = try pair.provider.open(frame)
        #expect(throws: CipherError.number) { try pair.provider.open(frame) }
        #expect(throws: CipherError.number) {
            try pair.provider.open(passedOn(frame, sequence: 2))
        }
        #expect(throws: CipherError.tag) {
            try pair.provider.open(passedOn(frame, sequence: 2).numbered(2))
        }
        #expect(pair.provider.placed == 1)
        // A message of one's own comes back as the other side's.
        #expect(throws: CipherError.slot) {
            try pair.patient.open(passedOn(frame, sequence: 2))
        }
        var reflected = passedOn(frame, sequence: 2)
        reflected[2] = Side.provider.rawValue
        #expect(throws: CipherError.tag) { try pair.patient.open(reflected) }
    }

    @Test("Messages come in order: a gap and an exchange are refused")
    func orderIsKept() throws {
        var pair = try Pair()
        let frames = [
            try pair.place(.text("a"), from: .patient), try pair.place(.text("b"), from: .patient),
        ]
        #expect(throws: CipherError.number) { try pair.provider.open(frames[1]) }
        #expect(throws: CipherError.number) {
            try pair.provider.open(passedOn(frames[1], sequence: 1))
        }
        #expect(throws: CipherError.sequence) {
            try pair.provider.open(passedOn(frames[0], sequence: 2))
        }
        #expect(try frames.map(pair.provider.open) == [.text("a"), .text("b")])
    }

    @Test("A frame of another conversation, epoch or pairing does not open")
    func conversationsAreApart() throws {
        var (here, there) = (try Pair(seed: 1), try Pair(seed: 2))
        let frame = try there.place(.text("elsewhere"), from: .patient)
        #expect(throws: CipherError.tag) { try here.provider.open(frame) }
        var next = try Pair(epoch: 1)
        let later = try next.place(.text("later"), from: .patient)
        #expect(throws: CipherError.epoch) { try here.provider.open(later) }
        #expect(try here.say("still fine", from: .patient) == .text("still fine"))
    }

    @Test("Every text of one's own has its place once, in order")
    func ownMessagesArePlacedOnce() throws {
        let pair = try Pair()
        let frames = try ["a", "b"].map { try pair.patient.seal(.text($0), conversation: 7) }
        #expect(throws: CipherError.number) { try pair.patient.place(frames[1], sequence: 1) }
        #expect(throws: CipherError.sequence) { try pair.patient.place(frames[0], sequence: 2) }
        try pair.patient.place(frames[0], sequence: 1)
        #expect(throws: CipherError.number) { try pair.patient.place(frames[0], sequence: 2) }
        try pair.patient.place(frames[1], sequence: 2)
        // Accepted by the relay, and never sealed.
        #expect(throws: CipherError.number) {
            try pair.patient.place(frames[1].numbered(3), sequence: 3)
        }
    }

    @Test("What is not a message inside is refused, and what a newer page wrote is not")
    func insidesAreRead() throws {
        func open(_ inner: [UInt8]) throws -> Body { try Body(decoding: inner) }
        let zeros = [UInt8](repeating: 0, count: 20)
        #expect(try open([1, 0, 0x61, 0x80] + zeros) == .text("a"))
        #expect(try open([1, 0, 0x80] + zeros) == .text(""))
        #expect(try open([1, 9, 0x61, 0x80] + zeros) == .newer)
        #expect(try open([2, 0, 0x61, 0x80] + zeros) == .newer)
        for bad: [UInt8] in [
            zeros, [], [1, 0, 0x61] + zeros, [1, 0, 0x61, 0x81] + zeros, [0x80], [1, 0x80],
            [1, 0, 0xC3, 0x80] + zeros, [1, 0, 0xED, 0xA0, 0x80, 0x80], [1, 2, 2, 0x80],
            [1, 2, 0x80], [1, 2, 1, 1, 0x80], [1, 0x7F, 0, 0, 0, 1, 0x80],
        ] {
            #expect(throws: CipherError.body, "\(bad)") { try open(bad) }
        }
    }

    @Test("A sealed body without padding changes nothing on the reader's page")
    func badPaddingAdvancesNothing() throws {
        var pair = try Pair(sealer: Mispadding())
        let frame = try pair.place(.text("bad"), from: .patient)
        #expect(throws: CipherError.body) { try pair.provider.open(frame) }
        #expect(pair.provider.placed == 0)
        #expect(throws: CipherError.body) { try pair.provider.open(frame) }
    }

    @Test("No key seals more than it may")
    func keysAreSpent() throws {
        let pair = try Pair(greatestNumber: 3)
        for _ in 0..<3 { _ = try pair.patient.seal(.text("x"), conversation: 7) }
        #expect(throws: CipherError.limit) { try pair.patient.seal(.text("x"), conversation: 7) }
        #expect(ConversationCipher.greatestNumber == 1 << 20)
    }

    @Test("After an erasure there is nothing to be done with the keys")
    func erasedKeysDoNothing() throws {
        var pair = try Pair()
        let frame = try pair.place(.text("a"), from: .provider)
        _ = try pair.patient.open(frame)
        let receipt = try pair.patient.prove(.seen, upTo: 1, conversation: 7)
        let next = try pair.place(.text("b"), from: .provider)
        for cipher in [pair.patient, pair.provider] { cipher.erase() }
        #expect(pair.patient.isErased && pair.provider.isErased)
        #expect(throws: CipherError.erased) { try pair.patient.seal(.text("c"), conversation: 7) }
        #expect(throws: CipherError.erased) { try pair.patient.open(next) }
        #expect(throws: CipherError.erased) { try pair.patient.place(frame, sequence: 2) }
        #expect(throws: CipherError.erased) {
            try pair.patient.prove(.seen, upTo: 1, conversation: 7)
        }
        #expect(throws: CipherError.erased) { try pair.provider.verify(receipt) }
        #expect(throws: CipherError.erased) { try pair.patient.end() }
        #expect(!pair.patient.isTrueEnd(ChainPoint(watermark: 0, digest: [])))
    }
}

/// A page whose padding is wrong under a right tag.
private struct Mispadding: MessageSealer {
    func seal(
        _ plaintext: [UInt8], key: SymmetricKey, nonce: [UInt8], authenticating aad: [UInt8]
    ) throws(CipherError) -> [UInt8] {
        try GCMSealer().seal(
            plaintext.map { $0 == 0x80 ? 0x81 : $0 }, key: key, nonce: nonce, authenticating: aad)
    }

    func open(
        _ sealed: [UInt8], key: SymmetricKey, nonce: [UInt8], authenticating aad: [UInt8]
    ) throws(CipherError) -> [UInt8] {
        try GCMSealer().open(sealed, key: key, nonce: nonce, authenticating: aad)
    }
}
