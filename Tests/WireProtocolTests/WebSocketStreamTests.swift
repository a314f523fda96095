import Seeded
import Testing
import WireProtocol

/// TCP knows no frames: what is heard depends on the bytes and never on how they were cut.
@Suite("A stream, however it is cut")
struct WebSocketStreamTests {
    /// Everything that a stream can have, in few bytes.
    static let streams: [[ClientFrame]] = [
        [
            ClientFrame(.text, "{\"type\":\"ping\"}"), ClientFrame(.ping, "?"),
            ClientFrame(.close, [3, 232]),
        ],
        [ClientFrame(.binary, Array(repeating: 7, count: 280)), ClientFrame(.pong, "")],
        [
            ClientFrame(.text, Array(repeating: 0x20, count: 255) + [0xE2], isFinal: false),
            ClientFrame(.ping, "between"), ClientFrame(.continuation, [0x82, 0xAC]),
            ClientFrame(.text, ""), ClientFrame(.binary, Array(repeating: 1, count: 126)),
        ],
        [
            ClientFrame(.binary, Array(repeating: 1, count: 256), isFinal: false),
            ClientFrame(.continuation, Array(repeating: 2, count: 300), isFinal: false),
            ClientFrame(.continuation, []), ClientFrame(.text, "é"),
        ],
        // Ends in a mistake, which is found whatever the cut.
        [ClientFrame(.text, "fine"), ClientFrame(.text, [0xFF])],
        [ClientFrame(.text, "fine"), ClientFrame(.continuation, "x"), ClientFrame(.text, "late")],
        [ClientFrame(.text, "fine"), ClientFrame(.ping, "x", isFinal: false)],
        [ClientFrame(.binary, "x").with { $0.lengthForm = .two }],
        [ClientFrame(.binary, []).with { $0.claimedByteCount = 20_000 }],
    ]

    static func halves(of bytes: [UInt8], at cut: Int) -> [[UInt8]] {
        [Array(bytes[..<cut]), Array(bytes[cut...])]
    }

    @Test("Cut in two at any place, it says the same", arguments: streams.indices)
    func cutInTwo(index: Int) {
        let bytes = Self.streams[index].flatMap(\.bytes)
        let whole = Heard.from([bytes])
        for cut in 0...bytes.count {
            #expect(Heard.from(Self.halves(of: bytes, at: cut)) == whole, "cut at \(cut)")
        }
    }

    @Test("Byte by byte, it says the same", arguments: streams.indices)
    func byteByByte(index: Int) {
        let bytes = Self.streams[index].flatMap(\.bytes)
        #expect(Heard.from(bytes.map { [$0] }) == Heard.from([bytes]))
    }

    @Test(
        "Changed, shortened and cut at random, it never traps and says the same",
        arguments: Seeds.all)
    func mutatedStreams(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for round in 0..<300 {
            var bytes = Self.randomStream(using: &random)
            mutate(&bytes, using: &random)
            let whole = Heard.from([bytes])
            let cut = Heard.from(pieces(of: bytes, using: &random))
            #expect(whole == cut, "round \(round): \(bytes)")
        }
    }

    private static func randomStream(using random: inout SplitMix) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            for frame in Self.streams.randomElement(using: &random) ?? [] {
                bytes += frame.with { $0.mask = random.bytes(4) }.bytes
            }
        }
        return bytes
    }

    private func mutate(_ bytes: inout [UInt8], using random: inout SplitMix) {
        for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[place] = .random(in: .min ... .max, using: &random)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(.random(in: .min ... .max, using: &random), at: place)
            default: bytes.removeSubrange(place...)
            }
        }
    }

    private func pieces(of bytes: [UInt8], using random: inout SplitMix) -> [[UInt8]] {
        var rest = bytes[...]
        var pieces: [[UInt8]] = []
        while !rest.isEmpty {
            let count = Int.random(in: 1...min(200, rest.count), using: &random)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }

    @Test("Noise never traps", arguments: Seeds.all)
    func noise(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for _ in 0..<500 {
            let bytes = random.bytes(.random(in: 0...64, using: &random))
            #expect(Heard.from([bytes]) == Heard.from(bytes.map { [$0] }))
        }
    }
}
