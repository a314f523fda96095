import Testing

@testable import SealedChat

@Suite("What receipts prove")
struct ReceiptTests {
    /// Three messages, which both pages have.
    static func chat() throws -> Pair {
        var pair = try Pair()
        for side in [Side.patient, .provider, .patient] { try pair.say("x", from: side) }
        return pair
    }

    @Test("A receipt is believed for every sequence that both pages have")
    func receiptsAreBelieved() throws {
        let pair = try Self.chat()
        for watermark: UInt32 in 0...3 {
            for kind in [ConversationCipher.Receipt.delivered, .seen] {
                let receipt = try pair.provider.prove(kind, upTo: watermark, conversation: 7)
                #expect(receipt.count == 40)
                #expect(try pair.patient.verify(receipt))
                #expect(try pair.patient.verify(receipt), "a receipt may come again")
            }
        }
    }

    @Test("Only the other page makes receipts, each for one kind and one watermark")
    func receiptsAreTheOtherPages() throws {
        let pair = try Self.chat()
        let receipt = try pair.provider.prove(.delivered, upTo: 3, conversation: 7)
        for bit in 24 * 8..<40 * 8 {
            #expect(try !pair.patient.verify(receipt.flipped(bit: bit)), "bit \(bit)")
        }
        var seen = receipt
        seen[1] = 0x03
        #expect(try !pair.patient.verify(seen))
        #expect(try !pair.patient.verify(receipt.numbered(2)))
        #expect(throws: CipherError.slot) { try pair.provider.verify(receipt) }
        var reflected = receipt
        reflected[2] = Side.patient.rawValue
        #expect(try !pair.provider.verify(reflected))
        #expect(throws: CipherError.frame) { try pair.patient.verify(Array(receipt.dropLast())) }
        var message = receipt
        message[1] = 0x10
        #expect(throws: CipherError.frame) { try pair.patient.verify(message) }
    }

    @Test("A receipt from further on waits, and is believed there")
    func receiptsFromAheadWait() throws {
        var pair = try Self.chat()
        let frame = try pair.place(.text("new"), from: .provider)
        let receipt = try pair.provider.prove(.seen, upTo: 4, conversation: 7)
        #expect(throws: CipherError.watermark) { try pair.patient.verify(receipt) }
        #expect(throws: CipherError.watermark) {
            try pair.patient.verify(receipt.numbered(1 << 60))
        }
        _ = try pair.patient.open(frame)
        #expect(try pair.patient.verify(receipt))
        #expect(throws: CipherError.watermark) {
            try pair.patient.prove(.seen, upTo: 5, conversation: 7)
        }
    }

    @Test("A relay that leaves the last message out is found out by the next receipt")
    func droppedMessagesAreFoundOut() throws {
        let pair = try Self.chat()
        // The relay accepts the patient's fourth message and hands the provider's as the fourth.
        let mine = try pair.patient.seal(.text("dropped"), conversation: 7)
        try pair.patient.place(mine, sequence: 4)
        let theirs = try pair.provider.seal(.text("instead"), conversation: 7)
        try pair.provider.place(theirs, sequence: 4)
        let receipt = try pair.provider.prove(.delivered, upTo: 4, conversation: 7)
        #expect(try !pair.patient.verify(receipt))
    }

    @Test("A relay that shows two messages in different orders is found out")
    func differentOrdersAreFoundOut() throws {
        let pair = try Pair()
        let mine = try pair.patient.seal(.text("yes"), conversation: 7)
        let theirs = try pair.provider.seal(.text("Are you alone?"), conversation: 7)
        try pair.patient.place(mine, sequence: 1)
        _ = try pair.patient.open(passedOn(theirs, sequence: 2))
        try pair.provider.place(theirs, sequence: 1)
        _ = try pair.provider.open(passedOn(mine, sequence: 2))
        let receipt = try pair.provider.prove(.seen, upTo: 2, conversation: 7)
        #expect(try !pair.patient.verify(receipt))
    }

    @Test("An end says how far its writer had come")
    func endsAreTrue() throws {
        var pair = try Self.chat()
        let end = try pair.place(pair.provider.end(), from: .provider)
        guard case .end(let point) = try pair.patient.open(end) else {
            Issue.record("not an end")
            return
        }
        #expect(point.watermark == 3)
        #expect(pair.patient.isTrueEnd(point))
        #expect(!pair.patient.isTrueEnd(ChainPoint(watermark: 2, digest: point.digest)))
        #expect(!pair.patient.isTrueEnd(ChainPoint(watermark: 9, digest: point.digest)))
        #expect(!pair.patient.isTrueEnd(ChainPoint(watermark: 3, digest: [])))
    }
}
