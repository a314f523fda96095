import NIOCore
import Rooms
import Testing
import WireProtocol

@testable import RelayServer

@Suite("What is held")
struct HeldFramesTests {
    private static func payload(_ count: Int, fill: UInt8 = 0x6D) -> MaskedPayload {
        let header = ClientBytes.header(.message, 1, from: .patient, in: 1)
        return MaskedPayload(
            bytes: ByteBuffer(bytes: header + Array(repeating: fill, count: count)), key: 0)
    }

    private static let one = ConversationID(1)

    @Test("Messages are kept as server frames, each where it was put, through many chunks")
    func messagesStay() {
        let conversation = HeldConversation(end: { $0.deallocate() })
        let counts = (0..<200).map { FrameHeader.sizeClasses[$0 * 5 % 7] }
        var starts: [UnsafeRawPointer?] = []
        for (index, count) in counts.enumerated() {
            conversation.append(
                Self.payload(count, fill: UInt8(index)), sequence: UInt32(index + 1))
            starts.append(conversation.message(UInt32(index + 1)).baseAddress)
        }
        for (index, count) in counts.enumerated() {
            let frame = conversation.message(UInt32(index + 1))
            #expect(frame.baseAddress == starts[index])
            #expect(frame.count == 4 + 24 + count)
            #expect(WebSocketFraming.header(ofMessage: frame).sequence == UInt32(index + 1))
            #expect(frame.suffix(count).allSatisfy { $0 == UInt8(index) })
        }
        #expect(conversation.messageCount == 200)
        #expect(conversation.byteCount == counts.reduce(0) { $0 + $1 + 28 })
    }

    @Test("The newest receipt of a side takes the place of the former, and costs nothing more")
    func receiptsReplace() throws {
        let conversation = HeldConversation(end: { $0.deallocate() })
        let receipt = HeldConversation.Receipt(kind: .seen, slot: .patient)
        for watermark in 1...5 as ClosedRange<UInt32> {
            let bytes =
                ClientBytes.header(.seen, watermark, from: .patient, in: 1)
                + Array(repeating: UInt8(watermark), count: 16)
            conversation.keep(MaskedPayload(bytes: ByteBuffer(bytes: bytes), key: 0), receipt)
        }
        #expect(conversation.byteCount == WebSocketFraming.controlByteCount)
        let frame = try #require(conversation.receipt(receipt))
        #expect(frame.suffix(16).allSatisfy { $0 == 5 })
        #expect(conversation.receipt(.init(kind: .delivered, slot: .patient)) == nil)
        #expect(conversation.receipt(.init(kind: .seen, slot: .provider)) == nil)
    }

    @Test("What is held is the sum of what came, less what went")
    func sums() {
        let budget = MemoryBudget(byteLimit: 1 << 20)
        let held = HeldFrames(budget: budget)
        held.append(Self.payload(256), to: Self.one, sequence: 1)
        held.append(Self.payload(512), to: ConversationID(2), sequence: 1)
        held.keep(ClientText([1, 2, 3]), of: VisitID(1), for: ProviderSessionID(1))
        held.keep(ClientText([1]), of: VisitID(1), for: ProviderSessionID(2))
        held.keep(ClientText([1]), of: VisitID(2), for: ProviderSessionID(2))
        #expect(held.byteCount == 284 + 540 + 5 && budget.byteCount == held.byteCount)
        #expect(held.messageCount == 2 && held.cardCount == 3)
        held.keep(ClientText([9, 9, 9, 9]), of: VisitID(1), for: ProviderSessionID(1))
        #expect(held.byteCount == 284 + 540 + 6)
        held.erase(Self.one)
        held.erase(Self.one)
        held.erase(ConversationID(99))
        #expect(held.byteCount == 540 + 6 && held.messageCount == 1)
        held.discard(.for(ProviderSessionID(2)))
        held.discard(.for(ProviderSessionID(2)))
        #expect(held.byteCount == 540 + 4 && held.cardCount == 1)
        held.discard(.of(VisitID(1)))
        held.discard(.of(VisitID(1)))
        held.erase(ConversationID(2))
        #expect(held.byteCount == 0 && budget.byteCount == 0 && held.cardCount == 0)
    }

    @Test("An empty card is a card")
    func emptyCards() {
        let held = HeldFrames(budget: MemoryBudget(byteLimit: 1 << 20))
        held.keep(ClientText([]), of: VisitID(1), for: ProviderSessionID(1))
        #expect(held.card(of: VisitID(1), for: ProviderSessionID(1))?.count == 0)
        held.discard(.of(VisitID(1)))
        #expect(held.card(of: VisitID(1), for: ProviderSessionID(1)) == nil)
    }

    // MARK: The budget

    @Test(
        "The budget is high from 80 %, full when no largest frame fits, and says each change once"
    )
    func levels() {
        let budget = MemoryBudget(byteLimit: 1_000_000)
        var changes: [Pressure] = []
        budget.levelChanged = { changes.append($0) }
        let steps: [(Int, Pressure)] = [
            (799_999, .low), (1, .high), (183_588, .high), (1, .full), (10_000, .full),
            (-10_000, .full), (-1, .high), (-183_588, .high), (-1, .low), (-799_999, .low),
        ]
        for (difference, level) in steps {
            budget.add(difference)
            #expect(budget.level == level, "\(budget.byteCount) bytes")
        }
        #expect(changes == [.high, .full, .high, .low])
        #expect(budget.byteCount == 0)
    }

    @Test("One big step is one change")
    func oneBigStep() {
        let budget = MemoryBudget(byteLimit: 1_000_000)
        var changes: [Pressure] = []
        budget.levelChanged = { changes.append($0) }
        budget.add(1_000_000)
        budget.add(-1_000_000)
        #expect(changes == [.full, .low])
    }

    @Test("A relay whose memory is full refuses the next message and takes it when there is room")
    func aFullRelay() throws {
        let scene = RelayScene(heldByteCount: 60_000)
        let (provider, ada) = try scene.pair()
        let ben = try scene.patient(secret: "B")
        ben.say(
            .message(1, in: 2, bodyByteCount: 16_384), .message(2, in: 2, bodyByteCount: 16_384))
        #expect(scene.budget.level == .low)
        ben.say(.message(3, in: 2, bodyByteCount: 16_384))
        #expect(scene.budget.level == .full)
        #expect(ben.told().last == "accepted 2/3 #3")
        ada.say(.message(1))
        #expect(ada.told() == ["refused 1 1 relay_full"])
        let late = try scene.connect()
        late.checkIn(secret: "C")
        #expect(late.told() == ["close 4113 relay_full"])
        provider.say(.command("close_chat", "\"conversation\":2"))
        #expect(scene.budget.level == .low)
        ada.say(.message(1))
        #expect(ada.told() == ["accepted 1/1 #1"])
    }
}
