import NIOCore
import NIOEmbedded
import Rooms
import Testing
import WireProtocol

@testable import RelayServer

@Suite("What time does to a socket")
struct ConnectionTimeTests {
    @Test("All parts of the connections together are each of them, once")
    func parts() throws {
        let scene = RelayScene()
        for secret in "ABCDE" { _ = try scene.patient(secret: secret) }
        var seen: [ObjectIdentifier] = []
        for part in 0..<3 {
            scene.table.forEach(ofPart: part, of: 3) { seen.append(ObjectIdentifier($0)) }
        }
        var all: [ObjectIdentifier] = []
        scene.table.forEach { all.append(ObjectIdentifier($0)) }
        #expect(all.count == 5 && seen.count == 5 && Set(seen) == Set(all))
    }

    @Test("A socket without a first frame is closed after five seconds, pings or not")
    func firstFrameTimeout() throws {
        let scene = RelayScene()
        let silent = try scene.connect()
        let pinging = try scene.connect()
        scene.wait(seconds: 4)
        pinging.say(.frame(9, []))
        #expect(silent.told() == [])
        #expect(pinging.told() == ["pong "])
        scene.wait(seconds: 1)
        #expect(silent.told() == ["close 4003 first_frame_timeout"])
        #expect(pinging.told() == ["close 4003 first_frame_timeout"])
    }

    @Test("One whose token is still being checked is closed as well, and the answer is too late")
    func aSlowCheck() throws {
        let scene = RelayScene()
        scene.door.answersAtOnce = false
        let provider = try scene.connect()
        provider.signIn()
        scene.wait(seconds: 5)
        #expect(provider.told() == ["close 4003 first_frame_timeout"])
        scene.door.answer(TestDoor.rivera)
        #expect(provider.told() == [])
        #expect(scene.host.counts.sessions == 0)
    }

    @Test("A silent socket is pinged after 15 seconds, once, and lost after 30")
    func silence() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        for _ in 0..<3 {
            scene.wait(seconds: 14)
            #expect(ada.told() == [])
            scene.wait(seconds: 1)
            #expect(ada.told() == ["ping"])
            scene.wait(seconds: 10)
            #expect(ada.told() == [])
            ada.say(.frame(10, []))
            provider.say(.frame(10, []))
            provider.forget()
        }
        scene.wait(seconds: 15)
        provider.say(.frame(10, []))
        #expect(ada.told() == ["ping"])
        scene.wait(seconds: 14)
        #expect(ada.isOpen && ada.told() == [])
        scene.wait(seconds: 1)
        #expect(ada.told() == ["close 4001 silent"])
        #expect(!ada.isOpen, "nobody is there to answer a close frame")
        #expect(scene.door.gone == [ada.id])
        #expect(provider.told().contains("visit 1 1 reconnecting"))
    }

    @Test("A pong that comes in the instant of the ping keeps the socket and its next ping")
    func aPongInTheSameInstant() throws {
        let scene = RelayScene()
        let ada = try scene.patient(secret: "A")
        for _ in 0..<3 {
            scene.wait(seconds: 15)
            #expect(ada.told() == ["ping"])
            ada.say(.frame(10, []))
        }
        #expect(ada.isOpen)
    }

    @Test("A socket lives eight hours at most")
    func socketAge() throws {
        let scene = RelayScene()
        let ada = try scene.patient(secret: "A")
        for _ in 0..<(8 * 360) {
            scene.loop.advanceTime(by: .seconds(10))
            if scene.loop.now < .uptimeNanoseconds(8 * 3_600 * 1_000_000_000) { scene.tick() }
            ada.say(.frame(10, []))
            #expect(ada.told() == [])
        }
        scene.tick()
        #expect(ada.told() == ["close 4002 socket_age"])
    }

    // MARK: Trickles

    @Test("A message that comes at a trickle is given up, with the code of a framing error")
    func aTrickle() throws {
        let scene = RelayScene()
        let ada = try scene.patient(secret: "A")
        let bytes = ClientBytes.message(1, bodyByteCount: 16_384).bytes
        for second in 0..<10 {
            #expect(ada.told() == [], "second \(second)")
            ada.read([bytes[second]])
            scene.wait(seconds: 1)
        }
        #expect(ada.told() == ["close 1002 "])
    }

    @Test(
        "A message that stops in the middle is given up after ten seconds",
        arguments: [false, true])
    func aStop(isFragmented: Bool) throws {
        let scene = RelayScene()
        let ada = try scene.patient(secret: "A")
        let header = ClientBytes.header(.message, 1, from: .patient, in: 1)
        let fragment = header + Array(repeating: 0x6D, count: 9_000)
        let begun: ClientBytes =
            isFragmented ? .frame(2, fragment, isFinal: false) : .message(1, bodyByteCount: 16_384)
        ada.read(Array(begun.bytes.prefix(9_000 + 32)))
        scene.wait(seconds: 9)
        #expect(ada.told() == [])
        scene.wait(seconds: 1)
        #expect(ada.told() == ["close 1002 "])
    }

    @Test("At 256 bytes a second a message arrives, if it takes a minute")
    func slowButSteady() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        var rest = ClientBytes.message(1, bodyByteCount: 16_384).bytes[...]
        while !rest.isEmpty {
            ada.read(Array(rest.prefix(256)))
            rest = rest.dropFirst(256)
            scene.wait(seconds: 1)
            provider.say(.frame(10, []))
        }
        #expect(ada.told() == ["accepted 1/1 #1"])
        #expect(provider.told().contains("message 1/1 #1"))
    }

    @Test("Bug: a page that sends without a pause is not taken for one that trickles")
    func aBusyPageIsNoTrickle() throws {
        let scene = RelayScene()
        let (_, ada) = try scene.pair()
        // Every read ends inside a message, so that never a moment is without a message begun.
        var stream = ClientBytes.message(1).bytes[...]
        ada.read(Array(stream.prefix(100)))
        stream = stream.dropFirst(100)
        for number in 2...30 as ClosedRange<UInt32> {
            scene.wait(seconds: 1)
            stream += ClientBytes.message(number).bytes
            ada.read(Array(stream.dropLast(180)))
            stream = stream.suffix(180)
        }
        #expect(ada.told().last == "accepted 1/29 #29")
    }

    // MARK: Rates

    @Test("More than 100 frames at once: one warning; 100 more: the socket is closed")
    func floodOfFrames() throws {
        let scene = RelayScene(limits: ServerLimits())
        let (provider, ada) = try scene.pair()
        scene.wait(seconds: 2)
        ada.read((1...100).flatMap { _ in ClientBytes.frame(10, []).bytes })
        #expect(ada.told() == [])
        ada.read(ClientBytes.frame(10, []).bytes)
        #expect(ada.told() == ["refused flood rate_limited"])
        ada.read((1...99).flatMap { _ in ClientBytes.frame(10, []).bytes })
        #expect(ada.told() == [])
        ada.read(ClientBytes.frame(10, []).bytes)
        #expect(ada.told() == ["close 4029 flood"])
        #expect(provider.told().contains("visit 1 1 reconnecting"))
    }

    @Test("256 KiB at once, then 64 a second: one warning, then the socket is closed")
    func floodOfBytes() throws {
        let scene = RelayScene(limits: ServerLimits())
        let (_, ada) = try scene.pair()
        scene.wait(seconds: 5)
        var told: [String] = []
        for number in 1...30 as ClosedRange<UInt32> where told.last != "close 4029 flood" {
            ada.say(.message(number, bodyByteCount: 16_384))
            told += ada.told()
        }
        let accepted = told.filter { $0.hasPrefix("accepted") }.count
        #expect(accepted == 19, "320 KiB: \(accepted)")
        #expect(told.filter { $0 == "refused flood rate_limited" }.count == 1)
        #expect(told.last == "close 4029 flood")
    }

    @Test("At the rate, all day long, nothing is said")
    func atTheRate() throws {
        let scene = RelayScene(limits: ServerLimits())
        let ada = try scene.patient(secret: "A")
        scene.wait(seconds: 1)
        for _ in 0..<30 {
            ada.read((1...100).flatMap { _ in ClientBytes.frame(10, []).bytes })
            scene.wait(seconds: 1)
        }
        #expect(ada.told() == [])
    }
}
