/// What is inside a message, once it is open.
package enum Body: Hashable, Sendable {
    case text(String)
    /// The writer says whether the safety codes are equal. Information: it moves nothing on the
    /// reader's page.
    case comparison(matches: Bool)
    /// The last message of a conversation that the writer ended.
    case end(ChainPoint)
    /// A newer page wrote it. It is shown as such, and counts like any message.
    case newer
}

/// How far a page had come, and what it had been shown: the first 16 bytes of the chain there.
package struct ChainPoint: Hashable, Sendable {
    static let digestByteCount = 16

    package var watermark: UInt32
    package var digest: [UInt8]
}

/// `u8 1 | u8 what | content ‖ 0x80 ‖ zeros`.
extension Body {
    /// Lengths of a sealed body, tag included.
    package static let sealedByteCounts = [256, 512, 1024, 2048, 4096, 8192, 16384]
    static let innerByteCounts = sealedByteCounts.map { $0 - GCMSealer.tagByteCount }
    private static let version: UInt8 = 1

    private enum What {
        static let text: UInt8 = 0
        static let comparison: UInt8 = 2
        static let end: UInt8 = 0x7F
    }

    /// Throws `limit` for a text of more than 16,365 bytes.
    func encoded() throws(CipherError) -> [UInt8] {
        let (what, content): (UInt8, [UInt8])
        switch self {
        case .text(let text): (what, content) = (What.text, Array(text.utf8))
        case .comparison(let matches): (what, content) = (What.comparison, [matches ? 1 : 0])
        case .end(let point):
            (what, content) = (What.end, point.watermark.bigEndianBytes + point.digest)
        case .newer: preconditionFailure("a page writes what it can read")
        }
        return try Padding.pad([Self.version, what] + content, to: Self.innerByteCounts)
    }

    init(decoding inner: [UInt8]) throws(CipherError) {
        let bytes = try Padding.unpad(inner)
        guard bytes.count >= 2 else { throw .body }
        let content = bytes[2...]
        guard bytes[0] == Self.version else {
            self = .newer
            return
        }
        switch bytes[1] {
        case What.text:
            // Strictly: what is repaired is not what was sealed.
            guard let text = String(validating: content, as: UTF8.self) else { throw .body }
            self = .text(text)
        case What.comparison:
            guard content.elementsEqual([1]) || content.elementsEqual([0]) else { throw .body }
            self = .comparison(matches: content.first == 1)
        case What.end:
            guard content.count == 4 + ChainPoint.digestByteCount else { throw .body }
            self = .end(
                ChainPoint(
                    watermark: UInt32(bigEndian: content.prefix(4)),
                    digest: Array(content.dropFirst(4))))
        default:
            self = .newer
        }
    }
}
