/// How TCR1 writes what is hashed or authenticated: parts joined, integers big-endian.
func join(_ parts: [UInt8]...) -> [UInt8] { Array(parts.joined()) }

/// The same behind a label and the suite: what is made under one label is no use under another.
func labelled(_ label: Label, _ parts: [UInt8]...) -> [UInt8] {
    label.bytes + [Suite.number] + parts.joined()
}

/// What keeps the protocol's hashes, derivations and seals apart.
enum Label: String {
    case pid = "tcr1 pid"
    case commit = "tcr1 commit"
    case pair = "tcr1 pair"
    case wrap = "tcr1 wrap"
    case card = "tcr1 card"
    case sas = "tcr1 sas"
    case key = "tcr1 key"
    case iv = "tcr1 iv"
    case mac = "tcr1 mac"
    case message = "tcr1 msg"
    case chain = "tcr1 chain"
    case acknowledgement = "tcr1 ack"

    var bytes: [UInt8] { Array(rawValue.utf8) }
}

extension FixedWidthInteger {
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian, Array.init) }

    /// Reads an integer of this width; `bytes` has exactly as many.
    init(bigEndian bytes: some Collection<UInt8>) {
        precondition(bytes.count * 8 == Self.bitWidth, "\(bytes.count) bytes for \(Self.self)")
        self = bytes.reduce(0) { $0 << 8 | Self(truncatingIfNeeded: $1) }
    }
}

/// Whether two arrays are equal; how long it takes depends on their lengths only.
func areEqual(_ a: some Collection<UInt8>, _ b: some Collection<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    return zip(a, b).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
}
