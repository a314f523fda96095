import NIOCore
import NIOEmbedded
import Rooms
import Testing
import WireProtocol

@testable import RelayServer

@Suite("Hosting a room")
struct RoomHostTests {
    // MARK: One event at a time

    @Test("An effect that closes a socket causes an event that waits its turn")
    func eventsWaitTheirTurn() throws {
        let cut = CutWire()
        let scene = RelayScene()
        let provider = try scene.provider()
        let ada = try scene.patient(secret: "A", behind: [cut])
        _ = try scene.patient(secret: "B")
        ada.say(.message(1))
        provider.say(.receipt(.seen, 1, from: .provider))
        provider.say(.command("end_chat", "\"conversation\":1"))
        provider.forget()
        // The typing for Ada is corked; opening Ben's chat erases Ada's ended one, which first
        // hands over what is corked: that write closes her channel, in the middle of the event.
        cut.isCut = true
        provider.say(
            .typing(from: .provider, in: 3, epoch: 1), .command("open_chat", "\"visit\":2"))
        #expect(!ada.isOpen)
        let told = provider.told().filter { !$0.hasPrefix("conversation") }
        let box = try #require(told.firstIndex(of: "box open 2"))
        let lost = try #require(told.firstIndex(of: "visit 1 3 reconnecting"))
        let erased = try #require(told.firstIndex(of: "erased 1 viewed_other"))
        #expect(box < lost && lost < erased, "\(told)")
        #expect(scene.host.held.byteCount == 0)
        #expect(scene.table.count == 2)
    }

    @Test("Erasing many chats of a session is one event after another, each answered")
    func manyErasures() throws {
        let scene = RelayScene()
        let provider = try scene.provider()
        let patients = try "ABC".map { try scene.patient(secret: $0) }
        for (index, patient) in patients.enumerated() {
            patient.say(.message(1, in: UInt32(index + 1)))
        }
        provider.forget()
        provider.say(.command("wipe"))
        #expect(scene.host.held.byteCount == 0)
        #expect(
            provider.told().filter { $0.hasPrefix("erased") }
                == ["erased 1 wiped", "erased 2 wiped", "erased 3 wiped"])
        for (index, patient) in patients.enumerated() {
            #expect(patient.told().contains("erased \(index + 1) wiped"))
        }
        #expect(scene.host.observer.erasures == [.wiped: 3])
    }

    @Test("A connection that went away in the same burst is passed over")
    func goneInTheSameBurst() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        ada.channel.pipeline.fireChannelRead(ByteBuffer(bytes: ClientBytes.message(1).bytes))
        provider.vanish()
        ada.channel.pipeline.fireChannelReadComplete()
        ada.endTurn()
        #expect(provider.told() == ["message 1/1 #1", "unread 1/1: 1"] || provider.told() == [])
        #expect(ada.told().contains("accepted 1/1 #1"))
        #expect(scene.host.held.messageCount == 1)
    }

    @Test("Slow readers that are gone are not remembered")
    func goneSlowReadersAreForgotten() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        for _ in 0..<5 {
            let patient = try scene.patient(secret: "Z")
            patient.isNotWritable()
            provider.say(.command("set_status", "\"status\":\"away\""))
            provider.say(.command("set_status", "\"status\":\"available\""))
            #expect(patient.handler.connection.hasBacklog)
            patient.vanish()
            ada.forget()
        }
        let listed = Mirror(reflecting: scene.host).descendant("backlogged") as? [Connection]
        #expect(try #require(listed).count <= 1)
    }

    // MARK: The timer

    @Test("The deadline comes once, at its time")
    func theDeadlineComesOnce() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        ada.vanish()
        #expect(provider.told() == ["visit 1 1 reconnecting"])
        scene.loop.advanceTime(by: .nanoseconds(120_000_000_000 - 1))
        #expect(provider.told() == [])
        scene.loop.advanceTime(by: .nanoseconds(1))
        #expect(provider.told().contains("visit_over 1 lost"))
        scene.loop.advanceTime(by: .hours(24))
        #expect(provider.told() == [])
    }

    @Test("After one deadline comes the next")
    func theTimerIsArmedAgain() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        ada.say(.command("rejoin_shown"))
        ada.vanish()
        provider.forget()
        scene.loop.advanceTime(by: .seconds(120))
        #expect(provider.told() == ["visit 1 1 left_page"])
        scene.loop.advanceTime(by: .seconds(479))
        #expect(provider.told() == [])
        scene.loop.advanceTime(by: .seconds(1))
        #expect(provider.told().contains("visit_over 1 lost"))
    }

    @Test("An earlier deadline takes the place of a later one")
    func anEarlierDeadline() throws {
        var rules = RelayScene.generous
        rules.maximumAge = .seconds(3_600)
        rules.maximumAgeWarning = .seconds(600)
        let scene = RelayScene(rules: rules)
        let (provider, ada) = try scene.pair()
        ada.say(.message(1))
        provider.vanish()
        ada.forget()
        scene.loop.advanceTime(by: .seconds(90))
        #expect(ada.told().contains("erased 1 provider_lost"))
    }

    @Test("A deadline that comes early does nothing, however often")
    func earlyDeadlinesAreHarmless() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        ada.say(.message(1))
        ada.vanish()
        provider.forget()
        for _ in 0..<10 {
            scene.loop.advanceTime(by: .seconds(10))
            scene.host.receive(.deadlineReached)
            scene.host.flush()
            #expect(provider.told() == [])
        }
        scene.loop.advanceTime(by: .seconds(20))
        #expect(provider.told().contains("visit_over 1 lost"))
    }

    @Test("Activity moves a deadline without touching the timer: it is early, and asks again")
    func activityMovesADeadline() throws {
        var rules = RelayScene.generous
        rules.idle = .seconds(300)
        rules.idleWarning = .seconds(60)
        let scene = RelayScene(rules: rules)
        let (provider, ada) = try scene.pair()
        ada.say(.message(1))
        scene.loop.advanceTime(by: .seconds(200))
        provider.say(.message(1, from: .provider))
        provider.forget()
        ada.forget()
        scene.loop.advanceTime(by: .seconds(239))
        #expect(provider.told() == [] && ada.told() == [])
        scene.loop.advanceTime(by: .seconds(1))
        #expect(provider.told() == ["expiring 1 idle"])
        #expect(ada.told() == ["expiring 1 idle"])
        scene.loop.advanceTime(by: .seconds(60))
        #expect(ada.told().contains("erased 1 idle"))
        #expect(scene.host.held.byteCount == 0)
    }
}

/// Closes its channel at the first write after `isCut`, as a failed write does.
private final class CutWire: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    var isCut = false

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if isCut {
            context.close(promise: nil)
        } else {
            context.write(data, promise: promise)
        }
    }
}
