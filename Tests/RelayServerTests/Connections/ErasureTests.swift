import NIOCore
import NIOEmbedded
import Rooms
import Testing
import WireProtocol

@testable import RelayServer

@Suite("Erasure, down to the bytes")
struct ErasureTests {
    @Test("What is held of a conversation is gone, and only then both pages are told")
    func bothAreTold() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        ada.say(.message(1), .message(2))
        provider.say(.message(1, from: .provider), .receipt(.seen, 2, from: .provider))
        ada.forget()
        provider.forget()
        #expect(scene.host.held.conversationCount == 1)
        var heldWhenTold: [Int] = []
        provider.say(.command("close_chat", "\"conversation\":1"))
        heldWhenTold.append(scene.host.held.byteCount)
        #expect(heldWhenTold == [0])
        #expect(scene.budget.byteCount == 0)
        #expect(scene.host.held.conversationCount == 0 && scene.host.held.messageCount == 0)
        #expect(ada.told().first == "erased 1 closed")
        #expect(provider.told().contains("erased 1 closed"))
        #expect(scene.host.observer.erasures == [.closed: 1])
        #expect(scene.host.observer.messagesErased == 3)
    }

    @Test("A receipt is kept while anybody is there who might ask for it again")
    func receiptsAreForgotten() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        ada.say(.message(1))
        provider.say(.command("close_chat", "\"conversation\":1"))
        ada.say(.command("leave"))
        scene.loop.run()
        #expect(scene.host.receiptCount == 1)
        provider.say(.command("sign_out"))
        #expect(scene.host.receiptCount == 0)
    }

    @Test("Memory is zero before it goes back to the allocator, for messages, receipts and cards")
    func memoryIsZeroed() throws {
        let scene = RelayScene()
        let freed = Freed()
        scene.budget.free = freed.take
        let (provider, ada) = try scene.pair()
        // More than one chunk, and one message larger than any chunk so far.
        for number in 1...20 as ClosedRange<UInt32> { ada.say(.message(number)) }
        ada.say(.message(21, bodyByteCount: 16_384))
        provider.say(.receipt(.delivered, 21, from: .provider))
        provider.say(.receipt(.seen, 21, from: .provider))
        ada.say(.command("card", "\"session\":1,\"revision\":1,\"card\":\"\(Peer.card("A"))\""))
        #expect(freed.byteCount == 0)
        ada.say(.command("card", "\"session\":1,\"revision\":2,\"card\":\"\(Peer.card("B"))\""))
        #expect(freed.byteCount == 770, "the former card")
        let held = scene.host.held.byteCount
        provider.say(.command("close_chat", "\"conversation\":1"))
        #expect(freed.byteCount >= held - 770, "all but the newest card")
        ada.say(.command("leave"))
        #expect(scene.host.held.byteCount == 0 && scene.budget.byteCount == 0)
        #expect(freed.blockCount >= 6)
        #expect(freed.blocksWithContent == 0)
    }

    @Test("A block that is thrown away whole is zeroed too")
    func blocksAreZeroed() {
        let freed = Freed()
        do {
            let budget = MemoryBudget(byteLimit: 1 << 20)
            budget.free = freed.take
            let block = WipedBytes(byteCount: 100, end: budget.end)
            for index in block.bytes.indices { block.bytes[index] = 0xAB }
        }
        #expect(freed.blockCount == 1 && freed.byteCount == 100)
        #expect(freed.blocksWithContent == 0)
    }

    @Test("A burst that was handed over leaves nothing in the buffer that is used again")
    func theCorkIsZeroed() throws {
        // Stands where TLS stands: copies what it is given and lets go of it.
        let wire = CopyingWire()
        let scene = RelayScene()
        _ = try scene.provider(behind: [wire])
        let ada = try scene.patient(secret: "A")
        wire.written = []
        ada.say(.message(1))
        #expect(wire.written.contains(0x6D))
        let memory = try #require(wire.memory)
        // The loop keeps this buffer for the next burst: it may be looked at.
        let wasZeroed = scene.table.spareCorks.map { cork in
            cork.withVeryUnsafeBytes { kept in
                kept.baseAddress == memory.baseAddress
                    && kept.prefix(memory.count).allSatisfy { $0 == 0 }
            }
        }
        #expect(wasZeroed.contains(true))
    }

    @Test("Erasure while a reader is slow leaves nothing of the conversation in its queue")
    func queuesAreCleared() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        let ben = try scene.patient(secret: "B")
        provider.forget()
        ada.isNotWritable()
        provider.say(.message(1, from: .provider), .message(2, from: .provider))
        ada.say(.message(1))
        provider.say(.receipt(.seen, 3, from: .provider))
        ben.say(.message(1, in: 2))
        #expect(ada.queue.count == 3)
        provider.say(.command("close_chat", "\"conversation\":1"))
        #expect(!ada.queue.contains { $0.hasPrefix("delivery") || $0.hasPrefix("unread") })
        #expect(scene.host.held.messageCount == 1, "Ben's")
        ada.isWritable()
        let told = ada.told()
        #expect(told.first == "erased 1 closed")
        #expect(!told.contains { $0.contains("1/") || $0.contains("≤") })
    }

    @Test("A slow provider's queue loses the erased conversation and keeps the others")
    func otherConversationsStay() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        let ben = try scene.patient(secret: "B")
        provider.forget()
        provider.isNotWritable()
        ada.say(.message(1), .message(2))
        ben.say(.message(1, in: 2))
        provider.say(.command("close_chat", "\"conversation\":1"))
        provider.isWritable()
        let told = provider.told()
        #expect(
            told.filter { $0.hasPrefix("message") || $0.hasPrefix("unread") } == [
                "message 2/1 #1", "unread 2/1: 1",
            ])
        #expect(told.contains("erased 1 closed"))
    }

    @Test("What a burst had corked leaves before the erasure, and nothing after it")
    func corkedFramesLeaveFirst() throws {
        let (provider, ada) = try RelayScene().pair()
        provider.say(
            .message(1, from: .provider), .command("close_chat", "\"conversation\":1"),
            .message(2, from: .provider))
        let told = ada.told()
        #expect(told.prefix(3) == ["message 1/1 #1", "unread 1/1: 1", "erased 1 closed"])
        #expect(!told.dropFirst(3).contains { $0.contains("1/") })
        #expect(provider.told().contains("refused 1 2 erased"))
    }

    @Test("A message that is on its way when the chat is erased is refused, and not held")
    func lateMessagesAreRefused() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        provider.say(.command("close_chat", "\"conversation\":1"))
        ada.forget()
        ada.say(.message(1), .receipt(.seen, 1, from: .patient), .typing())
        #expect(ada.told() == ["refused 1 1 erased"])
        #expect(scene.host.held.byteCount == 0)
    }

    @Test(
        "A refresh, a goodbye and a lost grace erase everything that the session held",
        arguments: [
            "bye", "1001", "grace",
        ])
    func endsOfSessions(end: String) throws {
        let scene = RelayScene()
        let freed = Freed()
        scene.budget.free = freed.take
        let (provider, ada) = try scene.pair()
        let ben = try scene.patient(secret: "B")
        ada.say(
            .message(1),
            .command("card", "\"session\":1,\"revision\":1,\"card\":\"\(Peer.card("A"))\""))
        ben.isNotWritable()
        ben.say(.message(1, in: 2))
        ada.forget()
        switch end {
        case "bye": provider.say(.command("bye"))
        case "1001": provider.say(.close(1001))
        default:
            provider.vanish()
            scene.loop.advanceTime(by: .seconds(91))
        }
        #expect(scene.host.held.byteCount == 0 && scene.host.held.cardCount == 0)
        #expect(freed.blocksWithContent == 0 && freed.blockCount == 3)
        let cause = end == "grace" ? "provider_lost" : "refreshed"
        #expect(ada.told().contains("erased 1 \(cause)"))
        ben.isWritable()
        let toBen = ben.told()
        #expect(toBen.contains("erased 2 \(cause)"))
        #expect(!toBen.contains { $0.contains("2/") })
    }

    @Test("Stopping erases all, tells all, and closes with 1001")
    func stopping() throws {
        let scene = RelayScene()
        let (provider, ada) = try scene.pair()
        ada.say(.message(1))
        ada.forget()
        scene.host.receive(.stopping(at: scene.host.now))
        scene.host.receive(.stopped)
        scene.host.flush()
        #expect(scene.host.held.byteCount == 0)
        #expect(ada.told() == ["stopping", "erased 1 stopped", "close 1001 "])
        #expect(provider.told().last == "close 1001 ")
        // The relay then closes whoever is left: these have their close frame already.
        scene.table.forEach { $0.close(with: .goingAway) }
        #expect(ada.told() == [] && provider.told() == [])
    }
}

/// Looks at memory at the last moment at which that is allowed: after it was wiped, before it goes
/// back to the allocator.
final class Freed {
    private(set) var blockCount = 0
    private(set) var byteCount = 0
    private(set) var blocksWithContent = 0

    func take(_ block: UnsafeMutableRawBufferPointer) {
        blockCount += 1
        byteCount += block.count
        if block.contains(where: { $0 != 0 }) { blocksWithContent += 1 }
        block.deallocate()
    }
}

private final class CopyingWire: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    var written: [UInt8] = []
    /// Where the last buffer was. Only to be compared, or read while its owner lives.
    private(set) var memory: UnsafeRawBufferPointer?

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let buffer = unwrapOutboundIn(data)
        written += Array(buffer.readableBytesView)
        memory = buffer.withUnsafeReadableBytes { UnsafeRawBufferPointer($0) }
        promise?.succeed()
    }
}
