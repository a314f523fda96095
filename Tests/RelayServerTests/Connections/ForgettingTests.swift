import NIOCore
import NIOEmbedded
import Rooms
import Synchronization
import Testing
import WireProtocol

@testable import RelayServer

@Suite("Forgetting")
struct ForgettingTests {
    @Test("That many have gone is said again, for half of them")
    func manyHaveGone() throws {
        let scene = RelayScene()
        for patient in try "ABCD".map({ try scene.patient(secret: $0) }) { patient.vanish() }
        let table = scene.table
        #expect(!table.haveGone(5))
        #expect(table.haveGone(2) && table.haveGone(2) && !table.haveGone(2))
    }

    @Test("Both pages are told of an erasure when the stack is scrubbed, and not before")
    func toldAfterTheScrub() throws {
        let care = Care()
        let scene = RelayScene(forgetting: care.forgetting)
        let (provider, ada) = try scene.pair()
        ada.say(.message(1))
        ada.forget()
        provider.forget()
        let scrubs = care.scrubCount
        provider.say(.command("close_chat", "\"conversation\":1"))
        #expect(scene.host.held.byteCount == 0)
        #expect(scene.host.counts.wiping == 1 && scene.host.observer.erasures == [:])
        #expect(care.scrubCount == scrubs)
        scene.loop.run()
        #expect(care.scrubCount == scrubs + 1)
        #expect(scene.host.counts.wiping == 0 && scene.host.observer.erasures == [.closed: 1])
        #expect(ada.told().first == "erased 1 closed")
        #expect(provider.told().contains("erased 1 closed"))
    }

    @Test("However many conversations a burst erases, the stack is scrubbed once")
    func oneScrub() throws {
        let care = Care()
        var rules = RelayScene.generous
        rules.visitsPerSource = 100
        let scene = RelayScene(rules: rules, forgetting: care.forgetting)
        _ = try scene.provider()
        for (index, secret) in "ABCDEFGH".enumerated() {
            try scene.patient(secret: secret).say(.message(1, in: UInt32(index + 1)))
        }
        #expect(scene.host.held.messageCount == 8)
        scene.loop.run()
        let scrubs = care.scrubCount
        scene.host.receive(.stopped)
        scene.loop.run()
        #expect(care.scrubCount == scrubs + 1)
        #expect(scene.host.counts.wiping == 0 && scene.host.held.byteCount == 0)
    }

    @Test("A page's secret is scrubbed off the stack once it has come, and a card once it goes")
    func secretsAndCards() throws {
        let care = Care()
        let scene = RelayScene(forgetting: care.forgetting)
        let provider = try scene.provider()
        #expect(care.scrubCount == 1)
        let ada = try scene.patient(secret: "A")
        #expect(care.scrubCount == 2)
        ada.say(
            .command("card", "\"session\":1,\"revision\":1,\"card\":\"\(Peer.card("A"))\""))
        provider.forget()
        #expect(care.scrubCount == 2)
        ada.say(.command("leave"))
        scene.loop.run()
        #expect(care.scrubCount == 3)
    }

    @Test("Memory that something was read into is wiped when it was read, not when it is freed")
    func whatWasReadIsWiped() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        // TLS keeps its buffer for the next record.
        var record = ByteBuffer()
        let whole = ClientBytes.message(1).bytes
        let part = ClientBytes.message(2).bytes.prefix(100)
        record.writeBytes(whole + part)
        ada.channel.pipeline.fireChannelRead(record)
        ada.channel.pipeline.fireChannelReadComplete()
        #expect(record.readableBytesView.allSatisfy { $0 == 0 })
        ada.read(Array(ClientBytes.message(2).bytes.dropFirst(100)))
        #expect(
            provider.told() == [
                "message 1/1 #1", "unread 1/1: 1", "message 1/2 #2", "unread 1/2: 2",
            ])
    }
}

/// Counts scrubs.
private final class Care: Sendable {
    private let scrubs = Mutex(0)

    var scrubCount: Int { scrubs.withLock { $0 } }

    var forgetting: Forgetting {
        var forgetting = Forgetting.overwriting()
        forgetting.scrubStack = { [self] in scrubs.withLock { $0 += 1 } }
        return forgetting
    }
}
