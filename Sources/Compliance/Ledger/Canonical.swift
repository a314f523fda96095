import Crypto

/// A SHA-256, kept as words: a ring of thousands of them needs no thousands of arrays.
package struct LedgerHash: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    package static let none = LedgerHash(words: (0, 0, 0, 0))

    private init(words: (UInt64, UInt64, UInt64, UInt64)) {
        self.words = words
    }

    init(of bytes: [UInt8]) {
        self = SHA256.hash(data: bytes).withUnsafeBytes { Self(raw: $0) }
    }

    /// `nil` unless there are 32 bytes.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        self = Array(bytes).withUnsafeBytes { Self(raw: $0) }
    }

    private init(raw: UnsafeRawBufferPointer) {
        words = (
            raw.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            raw.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
            raw.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        )
    }

    package var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

    package static func == (a: Self, b: Self) -> Bool { a.words == b.words }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
    }

    fileprivate func append(to bytes: inout [UInt8]) {
        withUnsafeBytes(of: words) { bytes.append(contentsOf: $0) }
    }
}

/// Builds what is hashed and signed. Every kind of statement begins with its own label, integers
/// are big-endian, texts carry their length: two statements are never the same bytes.
/// `docs/ledger.md`, "Bytes".
struct Canonical {
    private(set) var bytes: [UInt8] = []

    init(_ label: StaticString, capacity: Int = 192) {
        bytes.reserveCapacity(capacity)
        label.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    var hash: LedgerHash { LedgerHash(of: bytes) }

    mutating func add(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func add(_ hash: LedgerHash) {
        hash.append(to: &bytes)
    }

    mutating func add(_ raw: [UInt8]) {
        bytes += raw
    }

    /// Texts are the relay's own and short; what is longer is cut.
    mutating func add(_ text: String) {
        let cut = text.utf8.prefix(Int(UInt16.max))
        add(UInt16(cut.count))
        bytes.append(contentsOf: cut)
    }
}

/// Reads what `Canonical` wrote; `nil` at the first byte that does not fit.
struct CanonicalReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func bytes(_ count: Int) -> [UInt8]? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func hash() -> LedgerHash? {
        bytes(32).flatMap { LedgerHash($0) }
    }

    mutating func number<Number: FixedWidthInteger & UnsignedInteger>(
        _ type: Number.Type
    ) -> Number? {
        bytes(Number.bitWidth / 8)?.reduce(0) { $0 &<< 8 | Number($1) }
    }
}
