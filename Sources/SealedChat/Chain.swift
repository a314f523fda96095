import Crypto

/// What a page was shown of a conversation, and in which order: one hash for each sequence. Two
/// pages with the same hash were shown the same messages.
struct Chain: Sendable {
    /// `h_0…h_n`: a receipt may name any of them, and a conversation has a bounded number.
    private var links: [[UInt8]]

    /// - Parameter check: `C_e`.
    init(pairing: [UInt8], check: [UInt8]) {
        links = [Array(SHA256.hash(data: labelled(.chain, pairing, check)))]
    }

    /// The highest sequence.
    var last: UInt32 { UInt32(links.count - 1) }

    /// `nil` for a sequence that this page has not reached.
    subscript(sequence: UInt64) -> [UInt8]? {
        sequence <= last ? links[Int(sequence)] : nil
    }

    /// The header and the body count; the routing between them is the relay's.
    mutating func append(_ frame: [UInt8]) {
        let link = SHA256.hash(
            data: join(
                links[Int(last)], (last + 1).bigEndianBytes,
                Array(frame[..<SealedHeader.byteCount]), Array(frame[SealedHeader.bodyOffset...])))
        links.append(Array(link))
    }
}
