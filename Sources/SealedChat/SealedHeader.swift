/// Bytes 0…15 of a frame, which are authenticated from page to page. The routing behind them (bytes
/// 16…23) is for the relay. `docs/protocol.md`, "Frames".
struct SealedHeader: Hashable {
    static let byteCount = 16
    static let bodyOffset = 24
    private static let version: UInt8 = 1

    enum Kind: UInt8 {
        case delivered = 0x02
        case seen = 0x03
        case message = 0x10
    }

    var kind: Kind
    var side: Side
    var epoch: UInt16
    /// A message's number, a receipt's watermark.
    var number: UInt64

    var bytes: [UInt8] {
        join(
            [Self.version, kind.rawValue, side.rawValue, 0], epoch.bigEndianBytes, [0, 0],
            number.bigEndianBytes)
    }

    init(kind: Kind, side: Side, epoch: UInt16, number: UInt64) {
        self.kind = kind
        self.side = side
        self.epoch = epoch
        self.number = number
    }

    /// Reads the header of a whole frame. What no page writes is refused here, though the tag would
    /// refuse it too.
    init(of frame: [UInt8]) throws(CipherError) {
        guard frame.count >= Self.bodyOffset, let kind = Kind(rawValue: frame[1]),
            let side = Side(rawValue: frame[2])
        else { throw .frame }
        self.init(
            kind: kind, side: side, epoch: UInt16(bigEndian: frame[4..<6]),
            number: UInt64(bigEndian: frame[8..<16]))
        let legal = kind == .message ? Body.sealedByteCounts : [ConversationCipher.proofByteCount]
        guard frame.prefix(Self.byteCount).elementsEqual(bytes),
            legal.contains(frame.count - Self.bodyOffset)
        else { throw .frame }
    }

    /// Where the relay has placed a frame that it passed on.
    static func sequence(of frame: [UInt8]) -> UInt32 { UInt32(bigEndian: frame[20..<24]) }
}
