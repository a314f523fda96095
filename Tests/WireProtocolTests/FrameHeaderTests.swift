import NIOCore
import Rooms
import Seeded
import Testing
import WireProtocol

@Suite("The header of a binary frame")
struct FrameHeaderTests {
    @Test("The shared vectors are there, good ones and bad ones")
    func vectorsAreThere() {
        #expect(FrameVector.valid.count >= 20)
        #expect(FrameVector.invalid.count >= 30)
        #expect(FrameVector.all.count == FrameVector.valid.count + FrameVector.invalid.count)
        for vector in FrameVector.all { #expect(vector.bytes.count == vector.byteCount) }
    }

    /// As a page's frame is read: through a mask.
    static func header(of bytes: [UInt8]) throws(ProtocolError) -> FrameHeader {
        let key: UInt32 = 0x1234_5678
        let keyBytes = withUnsafeBytes(of: key) { Array($0) }
        let masked = bytes.enumerated().map { $1 ^ keyBytes[$0 % 4] }
        let payload = MaskedPayload(bytes: ByteBuffer(bytes: masked), key: key)
        guard let words = payload.headerWords else { throw .badLength }
        return try FrameHeader(words: words, frameByteCount: bytes.count)
    }

    static func written(_ header: FrameHeader) -> [UInt8] {
        var bytes = [UInt8](repeating: 0xAA, count: FrameHeader.byteCount + 1)
        bytes.withUnsafeMutableBytes { header.write(into: $0) }
        #expect(bytes.last == 0xAA, "24 bytes and not one more")
        return Array(bytes.dropLast())
    }

    @Test("Every good vector is read field by field", arguments: FrameVector.valid)
    func goodVectorsAreRead(vector: FrameVector) throws {
        let header = try Self.header(of: vector.bytes)
        let expected = try #require(vector.header)
        #expect(header.kind == FrameKind.names[expected.kind])
        #expect(header.slot.rawValue == expected.slot)
        #expect(header.flags == expected.flags)
        #expect(header.epoch == expected.epoch)
        #expect(header.number == expected.number)
        #expect(header.conversation == ConversationID(expected.conversation))
        #expect(header.sequence == expected.sequence)
    }

    @Test("Every good vector is written byte by byte", arguments: FrameVector.valid)
    func goodVectorsAreWritten(vector: FrameVector) throws {
        let expected = try #require(vector.header)
        let header = FrameHeader(
            kind: try #require(FrameKind.names[expected.kind]),
            slot: try #require(Slot(rawValue: expected.slot)), flags: expected.flags,
            epoch: expected.epoch, number: expected.number,
            conversation: ConversationID(expected.conversation), sequence: expected.sequence)
        #expect(Self.written(header) == Array(vector.bytes.prefix(FrameHeader.byteCount)))
    }

    @Test(
        "The rules learn kind, slot, epoch, number, conversation and length, and nothing else",
        arguments: FrameVector.valid.filter { $0.path == .toRelay })
    func rulesLearnCounts(vector: FrameVector) throws {
        let expected = try #require(vector.header)
        let frame = try Self.header(of: vector.bytes).inbound(frameByteCount: vector.byteCount)
        #expect(
            frame
                == Frame(
                    kind: try #require(FrameKind.names[expected.kind]),
                    slot: try #require(Slot(rawValue: expected.slot)), epoch: expected.epoch,
                    number: expected.number, conversation: ConversationID(expected.conversation),
                    byteCount: vector.byteCount))
        #expect(Mirror(reflecting: frame).children.count == 6)
    }

    private static let errors: [String: ProtocolError] = [
        "length": .badLength, "version": .badVersion, "kind": .badKind, "slot": .badSlot,
        "flags": .badFlags, "zero": .badReserved, "number": .badNumber, "sequence": .badSequence,
    ]

    @Test(
        "Every bad vector is refused for its field",
        arguments: FrameVector.invalid.filter { $0.path == .toRelay })
    func badVectorsAreRefused(vector: FrameVector) throws {
        let error = try #require(Self.errors[vector.error ?? ""])
        #expect(throws: error) {
            _ = try Self.header(of: vector.bytes).inbound(frameByteCount: vector.byteCount)
        }
        #expect(error.closeCode == .protocolError)
    }

    /// A well-formed header of a patient's first message.
    static let good: [UInt8] =
        [1, 0x10, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] + [0, 0, 0, 7, 0, 0, 0, 0]

    private static func refusal(
        of changes: [Int: UInt8], byteCount: Int = 280
    ) -> ProtocolError? {
        var bytes = good
        for (place, value) in changes { bytes[place] = value }
        do throws(ProtocolError) {
            _ = try header(of: bytes + Array(repeating: 9, count: byteCount - bytes.count))
                .inbound(frameByteCount: byteCount)
            return nil
        } catch {
            return error
        }
    }

    @Test("Only version 1 is spoken")
    func onlyVersionOne() {
        for version in UInt8.min...UInt8.max {
            #expect(Self.refusal(of: [0: version]) == (version == 1 ? nil : .badVersion))
        }
    }

    @Test("A page sends messages, receipts and typing, and no other kind")
    func onlyAPagesKinds() {
        for kind in UInt8.min...UInt8.max {
            let isControl = [2, 3, 4].contains(kind)
            let refusal = Self.refusal(
                of: [1: kind, 15: kind == 4 ? 0 : 1], byteCount: kind < 0x10 ? 40 : 280)
            #expect(refusal == (isControl || kind == 0x10 ? nil : .badKind))
        }
    }

    @Test("A slot is 0 or 1")
    func aSlotIsASide() {
        for slot in UInt8.min...UInt8.max {
            #expect(Self.refusal(of: [2: slot]) == (slot < 2 ? nil : .badSlot))
        }
    }

    @Test("Flags are 0; typing may say 1")
    func flagsAreZero() {
        for flags in UInt8.min...UInt8.max {
            #expect(Self.refusal(of: [3: flags]) == (flags == 0 ? nil : .badFlags))
            #expect(
                Self.refusal(of: [1: 4, 3: flags, 15: 0], byteCount: 40)
                    == (flags < 2 ? nil : .badFlags))
            for kind in [2, 3] as [UInt8] {
                #expect(
                    Self.refusal(of: [1: kind, 3: flags], byteCount: 40)
                        == (flags == 0 ? nil : .badFlags))
            }
        }
    }

    @Test("Any epoch is well-formed, and bytes 6 and 7 are zero")
    func epochAndZeros() {
        for byte in UInt8.min...UInt8.max {
            #expect(Self.refusal(of: [4: byte, 5: byte]) == nil)
            #expect(Self.refusal(of: [6: byte]) == (byte == 0 ? nil : .badReserved))
            #expect(Self.refusal(of: [7: byte]) == (byte == 0 ? nil : .badReserved))
        }
    }

    @Test("A number is at most 2²⁰, a message's at least 1, typing's 0")
    func numbersAreBounded() {
        #expect(Self.refusal(of: [15: 0]) == .badNumber)
        #expect(Self.refusal(of: [13: 0x10, 15: 0]) == nil)
        #expect(Self.refusal(of: [13: 0x10]) == .badNumber)
        for place in 8...12 { #expect(Self.refusal(of: [place: 1]) == .badNumber) }
        #expect(Self.refusal(of: [8: 0x80]) == .badNumber)
        #expect(Self.refusal(of: [1: 4], byteCount: 40) == .badNumber)
        for kind in [2, 3] as [UInt8] {
            #expect(Self.refusal(of: [1: kind, 15: 0], byteCount: 40) == nil)
        }
    }

    @Test("Only the relay writes a sequence", arguments: 20...23)
    func onlyTheRelaySequences(place: Int) {
        for kind in [2, 3, 4] as [UInt8] {
            let number: UInt8 = kind == 4 ? 0 : 1
            #expect(
                Self.refusal(of: [1: kind, 15: number, place: 1], byteCount: 40) == .badSequence)
        }
        #expect(Self.refusal(of: [place: 1]) == .badSequence)
    }

    @Test("A message has one of seven lengths")
    func aMessageHasOneOfSevenLengths() {
        let legal = Set(FrameHeader.sizeClasses.map { $0 + FrameHeader.byteCount })
        #expect(legal.count == 7 && legal.max() == FrameHeader.largestByteCount)
        let words: (UInt64, UInt64, UInt64) = (0x0110_0000_0005_0000, 1, 7 << 32)
        let accepted = (0...70_000).filter { count in
            (try? FrameHeader(words: words, frameByteCount: count)) != nil
        }
        #expect(Set(accepted) == legal)
    }

    @Test("A control frame has 40 bytes", arguments: [2, 3, 4] as [UInt8])
    func aControlFrameHasFortyBytes(kind: UInt8) {
        for count in 24...600 {
            let refusal = Self.refusal(
                of: [1: kind, 15: kind == 4 ? 0 : 1], byteCount: count)
            #expect(refusal == (count == 40 ? nil : .badLength), "\(count) bytes")
        }
    }

    @Test("Fewer than 24 bytes have no header", arguments: 0..<FrameHeader.byteCount)
    func shortFramesHaveNoHeader(count: Int) {
        let payload = MaskedPayload(
            bytes: ByteBuffer(bytes: Self.good.prefix(count)), key: 0)
        #expect(payload.headerWords == nil)
    }

    @Test("Any header that was written is read again", arguments: Seeds.all)
    func whatWasWrittenIsRead(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        for _ in 0..<200 {
            let kind = try #require(FrameKind.names.values.randomElement(using: &random))
            let header = FrameHeader(
                kind: kind, slot: Bool.random(using: &random) ? .patient : .provider,
                flags: kind == .typing ? UInt8.random(in: 0...1, using: &random) : 0,
                epoch: .random(in: 0...0xFFFF, using: &random),
                number: .random(in: 0...1 << 20, using: &random),
                conversation: ConversationID(.random(in: 0 ... .max, using: &random)),
                sequence: .random(in: 0 ... .max, using: &random))
            let count = kind == .message ? 16_384 : 16
            let frame = Self.written(header) + random.bytes(count)
            #expect(try Self.header(of: frame) == header)
        }
    }
}
