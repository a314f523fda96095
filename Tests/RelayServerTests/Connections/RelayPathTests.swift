import NIOCore
import NIOEmbedded
import Rooms
import Testing
import WireProtocol

@testable import RelayServer

@Suite("The relay path")
struct RelayPathTests {
    @Test("A message reaches the other page as one frame, and the sender is told its place")
    func oneMessage() throws {
        let (provider, ada) = try RelayScene().pair()
        ada.say(.message(1))
        #expect(ada.told() == ["accepted 1/1 #1"])
        #expect(provider.told() == ["message 1/1 #1", "unread 1/1: 1"])
        provider.say(.message(1, from: .provider))
        #expect(provider.told() == ["accepted 1/2 #1"])
        #expect(ada.told() == ["message 1/2 #1", "unread 1/2: 1"])
    }

    @Test("Nothing of a message changes but its sequence", arguments: FrameHeader.sizeClasses)
    func onlyTheSequenceChanges(bodyByteCount: Int) throws {
        let (provider, ada) = try RelayScene().pair()
        ada.say(.message(1, bodyByteCount: bodyByteCount))
        let frame = try #require(provider.bursts().first?.first)
        var expected = ClientBytes.header(.message, 1, from: .patient, in: 1)
        expected.replaceSubrange(20..<24, with: [0, 0, 0, 1])
        #expect(frame.payload == expected + Array(repeating: 0x6D, count: bodyByteCount))
    }

    @Test("Each page gets one write for a burst, also for eight frames in one read")
    func oneWriteForABurst() throws {
        let (provider, ada) = try RelayScene().pair()
        ada.read((1...8).flatMap { ClientBytes.message($0).bytes })
        let toAda = ada.bursts()
        let toProvider = provider.bursts()
        #expect(toAda.map { $0.map(\.line) } == [(1...8).map { "accepted 1/\($0) #\($0)" }])
        #expect(toProvider.count == 1)
        #expect(
            toProvider.first?.map(\.line)
                == (1...8).flatMap { ["message 1/\($0) #\($0)", "unread 1/\($0): \($0)"] })
    }

    @Test("Nothing is written before the burst is over, however many reads it has")
    func nothingIsWrittenBeforeTheEnd() throws {
        let (provider, ada) = try RelayScene().pair()
        let bytes = (1...3).flatMap { ClientBytes.message($0).bytes }
        for piece in [bytes[..<100], bytes[100..<700], bytes[700...]] {
            ada.channel.pipeline.fireChannelRead(ByteBuffer(bytes: piece))
            #expect(provider.bursts().isEmpty && ada.bursts().isEmpty)
        }
        ada.channel.pipeline.fireChannelReadComplete()
        ada.endTurn()
        #expect(provider.bursts().count == 1)
        #expect(ada.bursts().count == 1)
    }

    @Test("What two sockets say in one turn of the loop goes to each of them in one write")
    func oneWriteATurn() throws {
        let (provider, ada) = try RelayScene().pair()
        for (peer, frame) in [
            (ada, ClientBytes.message(1)), (provider, ClientBytes.message(1, from: .provider)),
        ] {
            peer.channel.pipeline.fireChannelRead(ByteBuffer(bytes: frame.bytes))
            peer.channel.pipeline.fireChannelReadComplete()
        }
        #expect(
            provider.bursts().map { $0.map(\.line) }
                == [["message 1/1 #1", "unread 1/1: 1", "accepted 1/2 #1"]])
        #expect(
            ada.bursts().map { $0.map(\.line) }
                == [["accepted 1/1 #1", "message 1/2 #1", "unread 1/2: 1"]])
    }

    @Test("A message that comes byte by byte is relayed when it is whole")
    func byteByByte() throws {
        let (provider, ada) = try RelayScene().pair()
        for byte in ClientBytes.message(1).bytes.dropLast() { ada.read([byte]) }
        #expect(provider.told() == [])
        ada.read([ClientBytes.message(1).bytes.last ?? 0])
        #expect(provider.told() == ["message 1/1 #1", "unread 1/1: 1"])
    }

    @Test("A message in fragments is relayed as one frame")
    func fragmentsAreJoined() throws {
        let (provider, ada) = try RelayScene().pair()
        let payload =
            ClientBytes.header(.message, 1, from: .patient, in: 1)
            + Array(repeating: 0x6D, count: 512)
        ada.say(
            .frame(2, Array(payload[..<256]), isFinal: false), .frame(9, [0x21]),
            .frame(0, Array(payload[256..<520]), isFinal: false), .frame(0, Array(payload[520...])))
        #expect(ada.told() == ["pong !", "accepted 1/1 #1"])
        let frames = provider.bursts().joined()
        #expect(frames.first?.payload.count == 536)
        #expect(frames.first?.payload.suffix(512) == payload.suffix(512))
    }

    @Test("Receipts and typing pass with their proof, and are not held as messages")
    func receiptsPass() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        ada.say(.message(1))
        ada.forget()
        provider.forget()
        provider.say(.receipt(.delivered, 1, from: .provider))
        provider.say(.receipt(.seen, 1, from: .provider), .typing(from: .provider))
        #expect(provider.told() == ["unread 1/1: 0"])
        let frames = Array(ada.bursts().joined())
        #expect(frames.map(\.line) == ["delivered 1 ≤ 1", "seen 1 ≤ 1", "typing 1"])
        for frame in frames { #expect(frame.payload.suffix(16) == ArraySlice((1...16).map { $0 })) }
        #expect(scene.host.held.messageCount == 1)
    }

    @Test("A repeated message is held once and gets the same place again")
    func repeatsAreHeldOnce() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        ada.say(.message(1), .message(2), .message(1), .message(2))
        #expect(
            ada.told() == [
                "accepted 1/1 #1", "accepted 1/2 #2", "accepted 1/1 #1", "accepted 1/2 #2",
            ])
        #expect(provider.told().filter { $0.hasPrefix("message") }.count == 2)
        #expect(scene.host.held.messageCount == 2)
    }

    @Test("A page that comes back is sent what it lacks, and told where its own are")
    func comingBack() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        ada.say(.message(1), .message(2))
        provider.say(.message(1, from: .provider))
        provider.vanish()
        ada.say(.message(3))
        let again = try scene.provider(resume: "[{\"conversation\":1,\"after\":1}]")
        let frames = again.told().filter { !$0.hasPrefix("v") && $0.contains("/") }
        #expect(
            frames == ["message 1/2 #2", "accepted 1/3 #1", "message 1/4 #3", "unread 1/4: 3"])
    }

    @Test("The relay pings nobody who speaks, and answers a ping with what it said")
    func pingsAreAnswered() throws {
        let (_, ada) = try RelayScene().pair()
        ada.say(.frame(9, Array("here?".utf8)))
        #expect(ada.told() == ["pong here?"])
        ada.say(.command("ping"))
        #expect(ada.told() == ["pong"])
        ada.say(.frame(10, Array("unasked".utf8)))
        #expect(ada.told() == [])
    }

    @Test("What a page must not send closes its socket with 4100 and is counted")
    func breachesClose() throws {
        let bad: [ClientBytes] = [
            .frame(2, []), .frame(2, Array(repeating: 1, count: 40)), .text("{}"), .text("ping"),
            .message(1, from: .provider), .message(2), .message(1, bodyByteCount: 255),
            .receipt(.seen, 1, from: .patient),
            .frame(
                2,
                ClientBytes.header(.accepted, 1, from: .patient, in: 1)
                    + Array(repeating: 0, count: 16)),
            .command("check_in", Peer.credential("A")),
            .command("pending", "\"count\":21"),
        ]
        for (index, frame) in bad.enumerated() {
            let (_, ada) = try RelayScene().pair()
            ada.say(frame)
            #expect(ada.told().last == "close 4100 protocol_error", "frame \(index)")
        }
    }

    @Test(
        "A WebSocket mistake closes with the code of RFC 6455",
        arguments: [
            (ClientBytes(bytes: [0x81, 0x01, 0x61]), "close 1002 "),
            (ClientBytes(bytes: [0xC1, 0x80, 0, 0, 0, 0]), "close 1002 "),
            (ClientBytes.frame(1, [0xFF]), "close 1007 "),
            (ClientBytes(bytes: [0x82, 0xFE, 0x40, 0x19]), "close 1009 "),
        ])
    func mistakesClose(frame: ClientBytes, line: String) throws {
        let (_, ada) = try RelayScene().pair()
        ada.say(frame)
        #expect(ada.told() == [line])
    }
}
