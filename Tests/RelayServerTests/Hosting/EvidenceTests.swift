import Compliance
import Foundation
import NIOEmbedded
import Rooms
import Testing
import WireProtocol

@testable import RelayServer

@Suite("Receipts and secrets of a room")
struct EvidenceTests {
    init() throws {
        try SecureHeap.open()
    }

    @Test("A secret has one number while it is remembered, and another afterwards")
    func secrets() {
        let table = SecretTable()
        let ada = Array(repeating: UInt8(1), count: 32)
        let ben = Array(repeating: UInt8(2), count: 32)
        let first = table.id(of: ada, isFull: false)
        #expect(first != nil && first == table.id(of: ada, isFull: false))
        #expect(table.id(of: ben, isFull: false) != first)
        #expect(table.count == 2)
        table.forget { $0 != first }
        #expect(table.count == 1)
        #expect(table.id(of: ada, isFull: false) != first)
    }

    @Test("When the secure heap is nearly full, a new secret is refused and a known one found")
    func nearlyFull() {
        let table = SecretTable()
        let known = table.id(of: Array(repeating: 1, count: 32), isFull: false)
        #expect(table.id(of: Array(repeating: 2, count: 32), isFull: true) == nil)
        #expect(table.id(of: Array(repeating: 1, count: 32), isFull: true) == known)
        #expect(table.count == 1)
    }

    @Test("Who is turned away leaves no secret behind, and who leaves takes it along")
    func secretsGo() throws {
        var rules = RelayScene.generous
        rules.visitsPerRoom = 1
        let scene = RelayScene(rules: rules)
        let ada = try scene.patient(secret: "A")
        #expect(scene.host.secretCount == 1)
        _ = try scene.patient(secret: "B")
        #expect(scene.host.secretCount == 1)
        ada.say(.command("leave"))
        #expect(scene.host.secretCount == 0)
    }

    @Test("Receipts are remembered for as long as the rules remember the erasure")
    func remembered() throws {
        var given = GivenReceipts(bound: 2)
        let ledger = RelayScene.newLedger()
        for number in 1...3 as ClosedRange<UInt32> {
            let receipt = ledger.record([.init(.closed, messageCount: 1, byteCount: 1)], minute: 1)
            given.keep(receipt[0], of: ConversationID(number))
            given.settle(ConversationID(number))
        }
        #expect(given.count == 2)
        #expect(given[ConversationID(2)].entry == 2 && given[ConversationID(3)].entry == 3)
    }

    @Test("Every erasure of a room is an entry, with what was wiped")
    func everyErasure() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        ada.say(.message(1))
        provider.say(.command("close_chat", "\"conversation\":1"))
        scene.loop.run()
        let document = scene.ledger.document(minute: 0)
        #expect(document.entries.map(\.cause) == [.closed])
        #expect(document.entries.map(\.messageCount) == [1])
        #expect(document.entries.map(\.byteCount) == [284])
        _ = try LedgerReview(document)
    }

    @Test("The ledger names causes as the wire does", arguments: ErasureCause.allCases)
    func words(cause: ErasureCause) {
        #expect(cause.ledgerWord == "\(cause.word)")
        #expect(ErasureCause(ledgerWord: cause.ledgerWord) == cause)
    }
}
