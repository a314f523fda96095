import NIOCore
import Seeded
import Testing

@testable import WireProtocol

@Suite("Unmasking a payload")
struct MaskedPayloadTests {
    /// RFC 6455 §5.3: byte i is masked with byte i mod 4 of the key.
    static func masked(_ bytes: [UInt8], with key: [UInt8]) -> [UInt8] {
        bytes.enumerated().map { $1 ^ key[$0 % 4] }
    }

    static func payload(_ bytes: [UInt8], key: [UInt8]) -> MaskedPayload {
        MaskedPayload(
            bytes: ByteBuffer(bytes: masked(bytes, with: key)),
            key: key.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) })
    }

    static let keys: [[UInt8]] = [
        [0, 0, 0, 0], [1, 2, 3, 4], [0xFF, 0, 0, 0], [0, 0, 0, 0xFF], [0xFF, 0xFF, 0xFF, 0xFF],
        [0x80, 0x7F, 0x01, 0xFE],
    ]

    @Test(
        "Every length from 0 to 64, and every key, gives what byte by byte gives", arguments: keys)
    func everyLength(key: [UInt8]) {
        for count in Array(0...64) + [255, 256, 4_097, 16_408] {
            let plain = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) }
            let payload = Self.payload(plain, key: key)
            #expect(payload.byteCount == count)
            #expect(Array(payload.unmasked().readableBytesView) == plain, "\(count) bytes")
            var target = [UInt8](repeating: 0xEE, count: count)
            target.withUnsafeMutableBytes { payload.unmask(into: $0) }
            #expect(target == plain, "\(count) bytes")
        }
    }

    @Test("It begins wherever the payload begins in the buffer", arguments: 0..<8)
    func itBeginsAnywhere(offset: Int) {
        let plain = (0..<61).map { UInt8($0) }
        let key: [UInt8] = [9, 8, 7, 6]
        var buffer = ByteBuffer(repeating: 0xAB, count: offset)
        buffer.writeBytes(Self.masked(plain, with: key))
        buffer.moveReaderIndex(forwardBy: offset)
        let payload = MaskedPayload(
            bytes: buffer, key: key.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) })
        #expect(Array(payload.unmasked().readableBytesView) == plain)
        #expect(payload.headerWords?.0 == 0x0001_0203_0405_0607)
        #expect(payload.headerWords?.1 == 0x0809_0A0B_0C0D_0E0F)
        #expect(payload.headerWords?.2 == 0x1011_1213_1415_1617)
    }

    @Test("Any bytes under any key come out as they went in", arguments: Seeds.all)
    func anyBytes(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for _ in 0..<100 {
            let plain = random.bytes(.random(in: 0...300, using: &random))
            let payload = Self.payload(plain, key: random.bytes(4))
            #expect(Array(payload.unmasked().readableBytesView) == plain)
        }
    }
}
