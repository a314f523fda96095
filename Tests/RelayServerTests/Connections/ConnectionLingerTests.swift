import NIOCore
import NIOEmbedded
import Rooms
import Testing

@testable import RelayServer

@Suite("What is accepted waits for company")
struct ConnectionLingerTests {
    private let scene: RelayScene

    init() {
        var limits = RelayScene.unhurried
        limits.acceptedDelay = ServerLimits().acceptedDelay
        scene = RelayScene(limits: limits)
    }

    @Test("Alone it goes after 25 ms; the message has gone at once")
    func aloneItWaits() throws {
        let (provider, ada) = try scene.pair()
        ada.say(.message(1))
        #expect(provider.told().contains { $0.hasPrefix("message 1/1") })
        #expect(ada.told() == [])
        scene.loop.advanceTime(by: .milliseconds(24))
        #expect(ada.told() == [])
        scene.loop.advanceTime(by: .milliseconds(1))
        #expect(ada.told() == ["accepted 1/1 #1"])
    }

    @Test("Several of them go together, 25 ms after the first")
    func severalGoTogether() throws {
        let (_, ada) = try scene.pair()
        ada.say(.message(1))
        scene.loop.advanceTime(by: .milliseconds(20))
        ada.say(.message(2))
        #expect(ada.told() == [])
        scene.loop.advanceTime(by: .milliseconds(5))
        #expect(ada.told() == ["accepted 1/1 #1", "accepted 1/2 #2"])
    }

    @Test("Whatever else goes to the page takes it along, in order and in the same write")
    func othersTakeItAlong() throws {
        let (provider, ada) = try scene.pair()
        ada.say(.message(1))
        provider.say(.message(1, from: .provider))
        let told = ada.told()
        #expect(told.first == "accepted 1/1 #1")
        #expect(told.count > 1 && told[1].hasPrefix("message"))
        scene.loop.advanceTime(by: .milliseconds(25))
        #expect(ada.told() == [])
    }

    @Test("Each waits its own time, not the rest of another's")
    func eachWaitsItsOwnTime() throws {
        let (provider, ada) = try scene.pair()
        ada.say(.message(1))
        _ = provider.told()
        scene.loop.advanceTime(by: .milliseconds(10))
        provider.say(.message(1, from: .provider))
        #expect(ada.told().first == "accepted 1/1 #1")
        scene.loop.advanceTime(by: .milliseconds(24))
        #expect(provider.told() == [])
        scene.loop.advanceTime(by: .milliseconds(1))
        #expect(provider.told() == ["accepted 1/2 #1"])
    }

    @Test("What was taken along leaves the next its whole time")
    func theNextHasItsWholeTime() throws {
        let (provider, ada) = try scene.pair()
        ada.say(.message(1))
        scene.loop.advanceTime(by: .milliseconds(10))
        provider.say(.message(1, from: .provider))
        #expect(ada.told().first == "accepted 1/1 #1")
        scene.loop.advanceTime(by: .milliseconds(10))
        ada.say(.message(2))
        scene.loop.advanceTime(by: .milliseconds(24))
        #expect(ada.told() == [])
        scene.loop.advanceTime(by: .milliseconds(1))
        #expect(ada.told() == ["accepted 1/3 #2"])
    }

    @Test("An erasure comes after it")
    func anErasureComesAfterIt() throws {
        let (provider, ada) = try scene.pair()
        ada.say(.message(1))
        provider.say(.command("close_chat", "\"conversation\":1"))
        let told = ada.told()
        let accepted = told.firstIndex(of: "accepted 1/1 #1")
        let erased = told.firstIndex { $0.hasPrefix("erased") }
        #expect(accepted != nil && erased != nil)
        if let accepted, let erased { #expect(accepted < erased) }
        scene.loop.advanceTime(by: .milliseconds(25))
        #expect(!ada.told().contains { $0.hasPrefix("accepted") })
    }

    @Test("A socket that goes meanwhile takes it with it, and nobody else misses anything")
    func aSocketGoesMeanwhile() throws {
        let (provider, ada) = try scene.pair()
        ada.say(.message(1))
        ada.vanish()
        scene.loop.advanceTime(by: .milliseconds(25))
        #expect(provider.told().contains { $0.hasPrefix("message 1/1") })
        provider.say(.message(1, from: .provider))
        scene.loop.advanceTime(by: .milliseconds(25))
        #expect(provider.told().contains("accepted 1/2 #1"))
    }
}
