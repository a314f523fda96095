import NIOCore
import NIOEmbedded
import Rooms
import Testing
import WireProtocol

@testable import RelayServer

@Suite("Opening and closing a socket")
struct ConnectionClosingTests {
    // MARK: The first frame

    @Test("The first frame is check_in or sign_in; all else closes with 4100")
    func firstFrames() throws {
        let first: [ClientBytes] = [
            .message(1), .command("ping"), .command("leave"), .command("wipe"), .text("x"),
            .command("card", "\"session\":1,\"revision\":1,\"card\":\"\(Peer.card("A"))\""),
        ]
        for frame in first {
            let scene = RelayScene()
            let peer = try scene.connect()
            peer.say(frame)
            #expect(peer.told() == ["close 4100 protocol_error"])
            #expect(scene.host.counts.visits == 0)
        }
    }

    @Test("Frames glued behind sign_in wait for the check and are then handled in order")
    func gluedFramesWait() throws {
        let scene = RelayScene()
        scene.door.answersAtOnce = false
        let ada = try scene.patient(secret: "A")
        let provider = try scene.connect()
        provider.read(
            ClientBytes.signIn().bytes
                + ClientBytes.command("set_status", "\"status\":\"away\"").bytes
                + ClientBytes.message(1, from: .provider).bytes.prefix(50))
        #expect(provider.told() == [])
        provider.read(
            Array(ClientBytes.message(1, from: .provider).bytes.dropFirst(50))
                + ClientBytes.message(2, from: .provider).bytes)
        provider.say(.frame(9, Array("late".utf8)))
        #expect(provider.told() == [])
        #expect(scene.host.counts.sessions == 0)
        scene.door.answer(TestDoor.rivera)
        let told = provider.told()
        #expect(told.first == "signed_in available")
        #expect(
            told.filter { $0.hasPrefix("accepted") || $0.hasPrefix("pong") }
                == ["pong late", "accepted 1/1 #1", "accepted 1/2 #2"]
                || told.filter { $0.hasPrefix("accepted") || $0.hasPrefix("pong") }
                    == ["accepted 1/1 #1", "accepted 1/2 #2", "pong late"]
        )
        let toAda = ada.told()
        #expect(toAda.filter { $0.hasPrefix("message") } == ["message 1/1 #1", "message 1/2 #2"])
        #expect(toAda.contains("provider away"))
    }

    @Test("An answer that is there already lets the glued frames through in order")
    func gluedFramesPass() throws {
        let scene = RelayScene()
        let ada = try scene.patient(secret: "A")
        let provider = try scene.connect()
        provider.say(.signIn(), .message(1, from: .provider), .message(2, from: .provider))
        #expect(
            provider.told().filter { $0.contains("/") && !$0.hasPrefix("unread") }
                == ["accepted 1/1 #1", "accepted 1/2 #2"])
        #expect(
            ada.told().filter { $0.hasPrefix("message") } == ["message 1/1 #1", "message 1/2 #2"])
    }

    @Test("More than 32 KiB behind a token that is being checked is a flood")
    func tooMuchBehindTheToken() throws {
        let scene = RelayScene()
        scene.door.answersAtOnce = false
        let provider = try scene.connect()
        provider.signIn()
        provider.read([UInt8](repeating: 0, count: 32_768))
        #expect(provider.told() == [])
        provider.read([0])
        #expect(provider.told() == ["close 4029 flood"])
        scene.door.answer(TestDoor.rivera)
        #expect(provider.told() == [])
    }

    @Test("A token that is refused closes with 4101, and what was glued to it is dropped")
    func refusedTokens() throws {
        let scene = RelayScene()
        scene.door.answersAtOnce = false
        let provider = try scene.connect()
        provider.say(.signIn(), .command("wipe"))
        scene.door.answer(nil)
        #expect(provider.told() == ["close 4101 sign_in_refused"])
        #expect(scene.host.counts.sessions == 0)
    }

    @Test("A check that fails for our own reasons refuses too")
    func failedChecks() throws {
        struct Broken: Error {}
        let scene = RelayScene()
        scene.door.answersAtOnce = false
        let provider = try scene.connect()
        provider.signIn()
        for promise in scene.door.waiting { promise.fail(Broken()) }
        scene.loop.run()
        #expect(provider.told() == ["close 4101 sign_in_refused"])
    }

    @Test("A socket that closes while its token is being checked leaves nothing behind")
    func closingDuringTheCheck() throws {
        let scene = RelayScene()
        scene.door.answersAtOnce = false
        let vanished = try scene.connect()
        vanished.signIn()
        vanished.vanish()
        let leaving = try scene.connect()
        leaving.say(.signIn(), .close(1001))
        leaving.vanish()
        scene.door.answer(TestDoor.rivera)
        #expect(scene.host.counts.sessions == 0)
        #expect(scene.table.count == 0)
        #expect(vanished.told() == [] && leaving.told() == [])
    }

    // MARK: The last frames

    @Test(
        "A peer's close is answered, and its socket closed",
        arguments: [1000, 1001, 4000] as [UInt16])
    func peersCloseIsAnswered(code: UInt16) throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        ada.say(.message(1), .close(code), .message(2))
        #expect(ada.told() == ["accepted 1/1 #1", "close 1000 "])
        #expect(!ada.isOpen)
        #expect(scene.door.gone == [ada.id])
        let told = provider.told()
        #expect(told.contains("message 1/1 #1") && !told.contains("message 1/2 #2"))
        #expect(told.last == "visit 1 1 reconnecting")
    }

    @Test("An empty close is answered; a malformed one is a framing error")
    func emptyAndMalformedCloses() throws {
        let (_, ada) = try RelayScene().pair()
        ada.say(.frame(8, []))
        #expect(ada.told() == ["close 1000 "])
        let (_, eve) = try RelayScene().pair()
        eve.say(.frame(8, [3]))
        #expect(eve.told() == ["close 1002 "])
    }

    @Test("Bytes after our close frame are ignored, until the peer's close or two seconds")
    func bytesAfterOurClose() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        ada.say(.text("no JSON"))
        #expect(ada.told() == ["close 4100 protocol_error"])
        provider.forget()
        ada.say(.message(1), .command("leave"), .frame(9, [1]), .text("no JSON"))
        #expect(ada.isOpen && ada.told() == [] && provider.told() == [])
        ada.say(.close(4100))
        #expect(!ada.isOpen && ada.told() == [])

        let ben = try scene.patient(secret: "B")
        ben.say(.text("no JSON"))
        scene.wait(seconds: 1)
        #expect(ben.isOpen)
        scene.wait(seconds: 1)
        #expect(!ben.isOpen)
    }

    @Test("Whoever answers our close with a flood is dropped")
    func aFloodAfterOurClose() throws {
        let (_, ada) = try RelayScene().pair()
        ada.say(.text("no JSON"))
        for _ in 0..<4 where ada.isOpen { ada.read([UInt8](repeating: 0, count: 16_384)) }
        #expect(!ada.isOpen)
    }

    @Test("The room's last words go out before the close frame, in one flush each")
    func lastWords() throws {
        let (provider, ada) = try RelayScene().pair()
        provider.say(.command("end_call", "\"conversation\":1,\"outcome\":\"finish\""))
        ada.say(.command("leave"))
        #expect(ada.told().suffix(2) == ["visit_over left", "close 4104 visit_over"])
        provider.forget()
        provider.say(.command("sign_out"))
        #expect(provider.told().last == "close 4106 signed_out")
    }

    @Test("The same page on a new socket displaces the old one")
    func displaced() throws {
        let scene = RelayScene()
        let (_, ada) = try scene.pair()
        let again = try scene.patient(secret: "A", resume: "[]")
        #expect(ada.told() == ["close 4103 displaced"])
        #expect(again.told().first == "checked_in")
        ada.say(.message(1))
        #expect(again.told() == [])
        again.say(.message(1))
        #expect(again.told() == ["accepted 1/1 #1"])
    }

    @Test("A failure of the socket closes it without a word")
    func failures() throws {
        struct Reset: Error {}
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        ada.channel.pipeline.fireErrorCaught(Reset())
        #expect(!ada.isOpen && ada.told() == [])
        #expect(provider.told().last == "visit 1 1 reconnecting")
    }

    // MARK: Numbers

    @Test("A place that was left is used again under a new number, and the old number finds nobody")
    func numbersAreNotReused() throws {
        let scene = RelayScene()
        let first = try scene.connect()
        let second = try scene.connect()
        first.vanish()
        #expect(scene.table[first.id] == nil)
        let third = try scene.connect()
        #expect(first.id != third.id)
        #expect(
            UInt32(truncatingIfNeeded: first.id.rawValue)
                == UInt32(truncatingIfNeeded: third.id.rawValue))
        #expect(scene.table[first.id] == nil)
        #expect(scene.table[third.id] === third.handler)
        #expect(scene.table[second.id] === second.handler)
        scene.table.remove(first.id)
        #expect(scene.table[third.id] === third.handler, "an old number removes nobody")
        #expect(scene.table.count == 2)
        var seen: [ConnectionID] = []
        scene.table.forEach { seen.append($0.connection.id) }
        #expect(Set(seen) == [second.id, third.id])
    }
}
