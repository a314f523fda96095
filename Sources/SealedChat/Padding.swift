/// Content ‖ 0x80 ‖ zeros, up to a length that says little about it.
enum Padding {
    static let mark: UInt8 = 0x80

    /// The smallest of `byteCounts` (ascending) that fits.
    static func pad(
        _ content: [UInt8], to byteCounts: [Int]
    ) throws(CipherError) -> [UInt8] {
        guard let byteCount = byteCounts.first(where: { $0 > content.count }) else {
            throw .limit
        }
        let zeros = byteCount - content.count - 1
        return join(content, [mark], Array(repeating: 0, count: zeros))
    }

    /// Looks for the mark from the end: it may also occur inside the content.
    static func unpad(_ padded: [UInt8]) throws(CipherError) -> [UInt8] {
        guard let end = padded.lastIndex(where: { $0 != 0 }), padded[end] == mark else {
            throw .body
        }
        return Array(padded[..<end])
    }
}
