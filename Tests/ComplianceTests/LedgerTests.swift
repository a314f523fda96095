import Foundation
import Rooms
import Testing

@testable import Compliance

/// Ledgers of one key each.
enum Fixture {
    static func ledger(
        entryLimit: Int = 100, seal: [HostCheck] = [Fixture.check]
    ) throws -> Ledger {
        try SecureHeap.open()
        return Ledger(
            key: try SigningKey(), minute: 29_000_000, version: "0.1.0",
            executable: Array(repeating: 0xEE, count: 32), seal: seal, entryLimit: entryLimit)
    }

    static let check = HostCheck(
        "swap", .information, expected: "none", found: "a \"device\"\n", look: "cat /proc/swaps")

    static func erasures(_ count: Int) -> [Ledger.Erasure] {
        (0..<count).map { index in
            let cause = ErasureCause.allCases[index % ErasureCause.allCases.count]
            return .init(cause, messageCount: index, byteCount: 284 * index)
        }
    }
}

@Suite("The ledger")
struct LedgerTests {
    @Test("A ledger and all its receipts hold, whatever was erased together")
    func everythingHolds() throws {
        let ledger = try Fixture.ledger()
        var receipts: [Receipt] = []
        for count in [1, 2, 3, 5, 8, 13, 1] {
            receipts += ledger.record(Fixture.erasures(count), minute: 29_000_001)
        }
        let json = ledger.document(minute: 29_000_002).json
        let review = try LedgerReview(LedgerDocument(reading: Data(json)))
        for receipt in receipts {
            try review.check(try #require(Receipt(receipt.bytes)))
            let word = try #require(Receipt.words(in: "Chart: \(receipt.text) end.").first)
            #expect(Receipt(word: word) == receipt)
        }
        #expect(receipts.map(\.entry.number) == Array(1...33))
        #expect(review.totals.values.reduce(0) { $0 + $1.erasures } == 33)
        let all: [UInt64] = [1, 2, 3, 5, 8, 13, 1].map { UInt64($0 * ($0 - 1) / 2) }
        #expect(review.totals.values.reduce(0) { $0 + $1.messages } == all.reduce(0, +))
        #expect(receipts.filter { $0.path.isEmpty }.count == 2, "alone, a receipt is its own root")
    }

    @Test("An empty ledger holds too")
    func empty() throws {
        let document = try Fixture.ledger(seal: []).document(minute: 29_000_000)
        #expect(try LedgerDocument(reading: Data(document.json)) == document)
        #expect(try LedgerReview(document).totals.isEmpty)
    }

    @Test("A change of any byte of a ledger is found")
    func anyByte() throws {
        let ledger = try Fixture.ledger(entryLimit: 3)
        _ = ledger.record(Fixture.erasures(5), minute: 29_000_001)
        let json = ledger.document(minute: 29_000_002).json
        _ = try LedgerReview(LedgerDocument(reading: Data(json)))
        for place in json.indices {
            for difference in [UInt8(0x01), 0x20, 0x80] {
                var changed = json
                changed[place] ^= difference
                #expect(throws: LedgerFault.self, "byte \(place) xor \(difference)") {
                    try LedgerReview(LedgerDocument(reading: Data(changed)))
                }
            }
        }
        for changed in [Array(json.dropLast()), json + [0x0A], [0x20] + json] {
            #expect(throws: LedgerFault.self) {
                try LedgerReview(LedgerDocument(reading: Data(changed)))
            }
        }
    }

    @Test("A change of any bit of a receipt is found")
    func anyBitOfAReceipt() throws {
        let ledger = try Fixture.ledger()
        let receipts = ledger.record(Fixture.erasures(3), minute: 29_000_001)
        let review = try LedgerReview(ledger.document(minute: 29_000_002))
        for receipt in receipts {
            let bytes = receipt.bytes
            for place in 0..<bytes.count * 8 {
                var changed = bytes
                changed[place / 8] ^= 1 << UInt8(place % 8)
                guard let read = Receipt(changed) else { continue }
                #expect(throws: LedgerFault.self, "bit \(place)") { try review.check(read) }
            }
        }
    }

    @Test("Entries cannot be left out, put in, exchanged or renumbered, even by a good signer")
    func structure() throws {
        let ledger = try Fixture.ledger()
        let receipts = ledger.record(Fixture.erasures(6), minute: 29_000_001)
        let whole = ledger.document(minute: 29_000_002)
        func fault(_ change: (inout LedgerDocument) -> Void) -> LedgerFault? {
            var document = whole
            change(&document)
            do throws(LedgerFault) {
                _ = try LedgerReview(document)
                return nil
            } catch {
                return error
            }
        }
        #expect(fault { $0.entries.remove(at: 2) } == .wrongNumber(4, expected: 3))
        #expect(fault { $0.entries.swapAt(1, 2) } == .wrongNumber(3, expected: 2))
        #expect(fault { $0.entries[3].messageCount += 1 } == .brokenChain(5))
        #expect(fault { $0.entries[5].byteCount = 0 } == .headDoesNotMatch)
        #expect(fault { $0.entries.removeLast() } == .headDoesNotMatch)
        #expect(fault { $0.head.minute += 1 } == .headSignature)
        #expect(fault { $0.boot.version = "9" } == .checkpointSignature)
        #expect(fault { $0.boot.seal = [] } == .checkpointSignature)
        #expect(fault { $0.checkpoint.totals[.idle] = .init(erasures: 1) } == .checkpointSignature)
        // The process itself rewrites its past and signs it anew: whoever has a receipt sees it.
        let other = try Fixture.ledger()
        _ = other.record(Fixture.erasures(6).reversed(), minute: 29_000_001)
        let rewritten = try LedgerReview(other.document(minute: 29_000_002))
        for receipt in receipts {
            #expect(throws: LedgerFault.receiptOfAnotherBoot) { try rewritten.check(receipt) }
        }
    }

    @Test("The ring keeps what it may; the checkpoint has the rest, and the chain is whole")
    func ring() throws {
        let ledger = try Fixture.ledger(entryLimit: 10)
        let receipts = (0..<37).flatMap { _ in
            ledger.record(Fixture.erasures(1), minute: 29_000_001)
        }
        #expect((ledger.keptEntryCount, ledger.entryCount) == (10, 37))
        let document = ledger.document(minute: 29_000_002)
        #expect(document.entries.map(\.number) == Array(28...37))
        #expect(document.checkpoint.number == 27)
        let review = try LedgerReview(LedgerDocument(reading: Data(document.json)))
        #expect(review.totals[.closed]?.erasures == 37)
        try review.check(receipts[27])
        #expect(throws: LedgerFault.receiptTooOld(27)) { try review.check(receipts[26]) }
        let later = ledger.record(Fixture.erasures(1), minute: 29_000_003)[0]
        #expect(throws: LedgerFault.receiptTooNew(38)) { try review.check(later) }
    }

    @Test("A burst beyond one signature takes another", .timeLimit(.minutes(5)))
    func largeBurst() throws {
        let ledger = try Fixture.ledger(entryLimit: 5_000)
        let receipts = ledger.record(Fixture.erasures(4_100), minute: 29_000_001)
        #expect(receipts.count == 4_100 && Set(receipts.map(\.signature)).count == 2)
        let review = try LedgerReview(ledger.document(minute: 29_000_001))
        for receipt in [receipts[0], receipts[4_095], receipts[4_096], receipts[4_099]] {
            try review.check(receipt)
        }
        #expect(receipts[0].path.count == 12 && receipts[4_099].path.count == 2)
    }

    @Test("The key and the executable can be asked for")
    func pins() throws {
        let document = try Fixture.ledger().document(minute: 29_000_000)
        let review = try LedgerReview(
            document, key: document.boot.publicKey, executable: Array(repeating: 0xEE, count: 32))
        #expect(review.document == document)
        let other = Array(repeating: UInt8(1), count: 32)
        #expect(throws: LedgerFault.foreignKey) { try LedgerReview(document, key: other) }
        #expect(throws: LedgerFault.foreignExecutable) {
            try LedgerReview(document, executable: other)
        }
    }

    @Test("Two receipts of a patient have in common what the ledger says of all, and nothing else")
    func receiptsDoNotLink() throws {
        // Two patients with two chats each, erased in four bursts of one: the same counts, the same
        // cause, the same minute. Which two are one patient's, no field tells.
        let ledger = try Fixture.ledger()
        // Some stranger's was first: before it stands the boot's hash, which every receipt has.
        _ = ledger.record(Fixture.erasures(1), minute: 29_000_001)
        let same = Ledger.Erasure(.closed, messageCount: 4, byteCount: 1_136)
        let receipts = (0..<4).map { _ in ledger.record([same], minute: 29_000_001)[0] }
        #expect(Set(receipts.map(\.id)).count == 4)
        for (a, b) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)] {
            let (x, y) = (receipts[a].bytes, receipts[b].bytes)
            // Equal: version, boot, number but for its last byte, kind, cause, minute, counts,
            // index, depth. What differs between one patient's two differs between strangers' too.
            let equal = x.indices.filter { x[$0] == y[$0] }
            let shared = Set(0..<1).union(17..<56).union(57..<75).union(107..<110)
            #expect(shared.isSubset(of: equal))
            for range in [1..<17, 75..<107, 110..<174] {
                let coincidences = equal.filter(range.contains).count
                #expect(coincidences <= 6, "\(a) and \(b) share bytes of \(range)")
                for window in range.lowerBound..<range.upperBound - 3 {
                    let piece = x[window..<window + 4]
                    let found = y.indices.dropLast(3).contains { start in
                        y[start..<start + 4].elementsEqual(piece)
                    }
                    #expect(!found, "a piece of receipt \(a) stands in receipt \(b)")
                }
            }
        }
        // And the ledger does not say whose an entry is: no receipt's id is in it.
        let json = String(decoding: ledger.document(minute: 29_000_001).json, as: UTF8.self)
        for receipt in receipts {
            #expect(!json.contains(Hex.encode(receipt.id.bytes)))
            #expect(!json.contains(Base64URLText.encode(receipt.id.bytes)))
        }
    }

    @Test("Base64url and hexadecimal are read as they are written, and in no other way")
    func texts() {
        for count in 0..<40 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37) }
            #expect(Base64URLText.decode(Base64URLText.encode(bytes)) == bytes)
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        }
        #expect(Base64URLText.decode("AB") == nil && Base64URLText.decode("A=") == nil)
        #expect(Hex.decode("AB") == nil && Hex.decode("a") == nil)
    }
}

@Suite("Signed reports")
struct SignedReportTests {
    @Test("A report is read back as it was signed, and anything else is refused")
    func aReportIsReadBackAsItWasSigned() throws {
        let ledger = try Fixture.ledger()
        let text = Array(#"{"found":"a \"device\"\n"}"#.utf8)
        let file = Data(ledger.sign(report: text).json)
        let read = try SignedReport(reading: file, key: ledger.boot.publicKey)
        #expect(read.report == text)
        #expect(throws: ReportFault.foreignKey) {
            try SignedReport(reading: file, key: Fixture.ledger().boot.publicKey)
        }
        let changed = String(decoding: file, as: UTF8.self).replacing("device", with: "nothing")
        #expect(throws: ReportFault.signature) { try SignedReport(reading: Data(changed.utf8)) }
        #expect(throws: ReportFault.unreadable) { try SignedReport(reading: Data("{}".utf8)) }
    }

    @Test("The ledger's running totals are those that a reviewer adds up")
    func runningTotalsAreWhatAReviewerAddsUp() throws {
        let ledger = try Fixture.ledger(entryLimit: 5)
        _ = ledger.record(Fixture.erasures(23), minute: 29_000_001)
        let file = Data(ledger.document(minute: 29_000_002).json)
        #expect(ledger.totals == (try LedgerReview(LedgerDocument(reading: file))).totals)
    }
}
