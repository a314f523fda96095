import NIOCore
import NIOEmbedded
import Rooms
import Testing
import WireProtocol

@testable import RelayServer

@Suite("A slow reader")
struct SlowReaderTests {
    @Test("Gets nothing while it takes nothing, and then everything in order, once")
    func everythingInOrderOnce() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        provider.isNotWritable()
        ada.say(.message(1))
        ada.say(.message(2), .receipt(.delivered, 1, from: .patient))
        provider.say(.message(1, from: .provider))
        ada.say(.message(3))
        #expect(provider.told() == [])
        #expect(scene.host.held.messageCount == 4)
        provider.isWritable()
        let told = provider.told()
        let delivered = told.filter { !$0.hasPrefix("unread") && !$0.hasPrefix("delivered") }
        #expect(
            delivered == [
                "message 1/1 #1", "message 1/2 #2", "accepted 1/3 #1", "message 1/4 #3",
            ])
        #expect(told.last == "unread 1/4: 3")
        #expect(told.filter { $0.hasPrefix("delivered") } == ["delivered 1 ≤ 1"])
        ada.say(.message(4))
        #expect(provider.told() == ["message 1/5 #4", "unread 1/5: 4"])
    }

    @Test("Its queue refers to what is held: one entry for many messages, one for their count")
    func theQueueRefers() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        provider.isNotWritable()
        for number in 1...50 as ClosedRange<UInt32> { ada.say(.message(number)) }
        #expect(provider.queue.count == 2)
        #expect(scene.host.held.byteCount == 50 * (4 + 280))
        #expect(!provider.queue.joined().contains("109"), "no byte of a body")
        provider.isWritable()
        let bursts = provider.bursts()
        #expect(bursts.count == 1)
        #expect(bursts.joined().map(\.line).last == "unread 1/50: 50")
        #expect(bursts.joined().count == 51)
    }

    @Test("What is told about a conversation keeps its order among notices")
    func noticesKeepTheirPlace() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        provider.isNotWritable()
        ada.say(.message(1))
        ada.say(.command("pending", "\"count\":1"))
        ada.say(.message(2))
        ada.say(.command("pending", "\"count\":2"))
        ada.say(.message(3))
        provider.isWritable()
        let told = provider.told()
        #expect(
            told.filter { !$0.hasPrefix("unread") } == [
                "message 1/1 #1", "visit 1 1 here", "message 1/2 #2", "visit 1 1 here",
                "message 1/3 #3",
            ])
        #expect(told.filter { $0.hasPrefix("unread") } == ["unread 1/3: 3"])
        #expect(told.last == "unread 1/3: 3")
    }

    @Test("A count never comes before the message that it counts")
    func countsComeAfterMessages() throws {
        let (provider, ada) = try RelayScene().pair()
        ada.say(.message(1))
        provider.forget()
        provider.isNotWritable()
        provider.say(.receipt(.seen, 1, from: .provider))
        ada.say(.message(2))
        provider.isWritable()
        #expect(provider.told() == ["message 1/2 #2", "unread 1/2: 1"])
    }

    @Test("A receipt never comes before the message that it confirms")
    func receiptsComeAfterMessages() throws {
        let (provider, ada) = try RelayScene().pair()
        ada.isNotWritable()
        ada.say(.message(1))
        provider.say(.receipt(.delivered, 1, from: .provider))
        ada.say(.message(2))
        provider.say(.receipt(.delivered, 2, from: .provider))
        ada.isWritable()
        #expect(ada.told() == ["accepted 1/1 #1", "accepted 1/2 #2", "delivered 1 ≤ 2"])
    }

    @Test("Typing is dropped, not queued")
    func typingIsDropped() throws {
        let (provider, ada) = try RelayScene().pair()
        provider.isNotWritable()
        ada.say(.typing(), .typing())
        #expect(provider.queue == [])
        provider.isWritable()
        #expect(provider.told() == [])
        ada.say(.typing())
        #expect(provider.told() == ["typing 1"])
    }

    @Test("The newest card takes the place of the former one")
    func newestCardOnly() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        provider.isNotWritable()
        let card = { (revision: Int, letter: Character) in
            ClientBytes.command(
                "card",
                "\"session\":1,\"revision\":\(revision),\"card\":\"\(Peer.card(letter))\"")
        }
        ada.say(card(1, "A"))
        ada.say(card(2, "B"))
        #expect(provider.queue.count == 1)
        #expect(scene.host.held.byteCount == 770)
        provider.isWritable()
        #expect(provider.told() == ["card 1 2 \(Peer.card("B"))"])
    }

    @Test("Pings, pongs and close frames go round the queue")
    func controlFramesGoRound() throws {
        let (provider, ada) = try RelayScene().pair()
        provider.isNotWritable()
        ada.say(.message(1))
        provider.say(.frame(9, Array("still there?".utf8)))
        #expect(provider.told() == ["pong still there?"])
        provider.say(.text("no JSON"))
        #expect(provider.told() == ["close 4100 protocol_error"])
    }

    @Test("A backlog leaves in bursts of 64 KiB, in order")
    func backlogsLeaveInBursts() throws {
        let (provider, ada) = try RelayScene().pair()
        provider.isNotWritable()
        for number in 1...40 as ClosedRange<UInt32> {
            ada.say(.message(number, bodyByteCount: 16_384))
        }
        provider.isWritable()
        let bursts = provider.bursts()
        #expect(bursts.count == 11, "ten of four messages, and the count")
        for burst in bursts {
            #expect(burst.reduce(0) { $0 + $1.payload.count } < 65_536 + 16_412)
        }
        #expect(
            bursts.joined().map(\.line)
                == (1...40).map { "message 1/\($0) #\($0)" } + ["unread 1/40: 40"])
    }

    @Test("A reader that fills up in the middle of a backlog gets the rest later, once")
    func fillingUpAgain() throws {
        let watermark = Watermark(high: 100_000, drainsAtOnce: false)
        let scene = RelayScene()
        let provider = try scene.provider(behind: [watermark])
        let ada = try scene.patient(secret: "A")
        provider.forget()
        provider.isNotWritable()
        for number in 1...40 as ClosedRange<UInt32> {
            ada.say(.message(number, bodyByteCount: 16_384))
        }
        var told: [String] = []
        for _ in 0..<20 where told.last != "unread 1/40: 40" {
            provider.isWritable()
            let lines = provider.told()
            #expect(lines.count < 20, "it took no more than it could")
            told += lines
            watermark.drain()
        }
        #expect(told == (1...40).map { "message 1/\($0) #\($0)" } + ["unread 1/40: 40"])
    }

    @Test("Bug: a channel that becomes writable while it is written to gets nothing twice")
    func becomingWritableWhileWrittenTo() throws {
        // The socket's buffer took all of a burst that was above the watermark: NIO then says "not
        // writable" and "writable" before `writeAndFlush` returns.
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        for number in 1...40 as ClosedRange<UInt32> {
            ada.say(.message(number, bodyByteCount: 16_384))
        }
        provider.vanish()
        let again = try scene.provider(
            resume: "[]", behind: [Watermark(high: 32_768, drainsAtOnce: true)])
        let told = again.told()
        #expect(
            told.filter { $0.hasPrefix("message") } == (1...40).map { "message 1/\($0) #\($0)" })
        #expect(told.filter { $0 == "signed_in available" } == ["signed_in available"])
        #expect(told.last == "ready")
    }

    @Test("Notices that wait are bounded: then the socket is closed as a slow reader's")
    func noticesAreBounded() throws {
        var limits = RelayScene.unhurried
        limits.queuedNoticesPerConnection = 20
        let scene = RelayScene(limits: limits)
        let (provider, ada) = try scene.pair()
        provider.isNotWritable()
        for count in 1...20 { ada.say(.command("pending", "\"count\":\(count)")) }
        #expect(!provider.handler.connection.isOverfull)
        ada.say(.command("pending", "\"count\":0"))
        #expect(provider.handler.connection.isOverfull)
        scene.tick()
        #expect(provider.told() == ["close 4008 slow_reader"])
    }

    @Test("Their bytes are bounded too, and what was taken makes room")
    func noticeBytesAreBounded() throws {
        var limits = RelayScene.unhurried
        limits.queuedBytesPerConnection = 3_000
        let scene = RelayScene(limits: limits)
        let (provider, ada) = try scene.pair()
        for _ in 1...3 {
            provider.isNotWritable()
            for count in 1...8 { ada.say(.command("pending", "\"count\":\(count)")) }
            #expect(!provider.handler.connection.isOverfull)
            provider.isWritable()
            #expect(provider.told().count == 8)
        }
        provider.isNotWritable()
        for count in 1...20 { ada.say(.command("pending", "\"count\":\(count)")) }
        #expect(provider.handler.connection.isOverfull)
    }

    @Test("One that takes nothing for ten seconds is closed, and the session is kept for the grace")
    func tenSeconds() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        scene.wait(seconds: 5)
        provider.say(.frame(10, []))
        provider.isNotWritable()
        ada.say(.message(1))
        scene.wait(seconds: 9)
        #expect(provider.told() == [])
        scene.wait(seconds: 1)
        #expect(provider.told() == ["close 4008 slow_reader"])
        #expect(ada.told().contains("provider reconnecting"))
        #expect(scene.host.held.messageCount == 1)
        let again = try scene.provider(resume: "[]")
        #expect(again.told().contains("message 1/1 #1"))
    }

    @Test("One that takes a little now and then is not closed")
    func aLittleNowAndThen() throws {
        let scene = RelayScene()
        let (provider, _) = try scene.pair()
        for _ in 0..<4 {
            provider.isNotWritable()
            scene.wait(seconds: 7)
            provider.isWritable()
            provider.isNotWritable()
            provider.say(.frame(10, []))
        }
        #expect(!provider.told().contains { $0.hasPrefix("close") })
    }

    @Test("After our close frame nothing of the backlog is sent any more")
    func nothingAfterOurClose() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        provider.isNotWritable()
        ada.say(.message(1))
        scene.wait(seconds: 10)
        #expect(provider.told() == ["close 4008 slow_reader"])
        provider.isWritable()
        ada.say(.message(2))
        scene.tick()
        #expect(provider.told() == [])
    }
}

/// Stands in for a socket's send buffer: not writable above the mark, writable when it is drained.
final class Watermark: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let high: Int
    private let drainsAtOnce: Bool
    private var byteCount = 0

    init(high: Int, drainsAtOnce: Bool) {
        self.high = high
        self.drainsAtOnce = drainsAtOnce
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        byteCount += unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
        if byteCount > high, context.channel.isWritable { tell(false, context) }
    }

    func flush(context: ChannelHandlerContext) {
        context.flush()
        guard drainsAtOnce else { return }
        byteCount = 0
        if !context.channel.isWritable { tell(true, context) }
    }

    func drain() { byteCount = 0 }

    private func tell(_ isWritable: Bool, _ context: ChannelHandlerContext) {
        (context.channel as? EmbeddedChannel)?.isWritable = isWritable
        context.fireChannelWritabilityChanged()
    }
}
