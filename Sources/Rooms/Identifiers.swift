// Opaque names of things. Connections are numbered by the server, everything else by the room, from
// 1 upwards; nothing is ever numbered twice in the life of a process.

/// One socket. Assigned by the server; a page that reconnects gets another.
package struct ConnectionID: Hashable, Comparable, Sendable {
    package let rawValue: UInt64
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// One patient's presence in a room, from check-in to leaving. Ascending with arrival.
package struct VisitID: Hashable, Comparable, Sendable {
    package let rawValue: UInt32
    package init(_ rawValue: UInt32) { self.rawValue = rawValue }
    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// One page load of a provider's console.
package struct ProviderSessionID: Hashable, Comparable, Sendable {
    package let rawValue: UInt32
    package init(_ rawValue: UInt32) { self.rawValue = rawValue }
    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// The relay's handle of a conversation, as it stands in every frame header. Unique in the process:
/// the high byte is the room's index.
package struct ConversationID: Hashable, Comparable, Sendable {
    package let rawValue: UInt32
    package init(_ rawValue: UInt32) { self.rawValue = rawValue }
    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// A provider of this room: an index into the configuration's list.
package struct ProviderID: Hashable, Sendable {
    package let rawValue: UInt16
    package init(_ rawValue: UInt16) { self.rawValue = rawValue }
}

/// The key that signed a provider in: an index that the server keeps.
package struct SignInKeyID: Hashable, Sendable {
    package let rawValue: UInt32
    package init(_ rawValue: UInt32) { self.rawValue = rawValue }
}

/// Where a connection comes from: a keyed hash of an address prefix, different at each start.
package struct SourceID: Hashable, Sendable {
    package let rawValue: UInt64
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// A page's session secret, by the number of the place in which the server keeps its SHA-256: equal
/// where the secrets are. Neither the secret nor the hash of it is known here.
package struct SecretID: Hashable, Sendable {
    package let rawValue: UInt64
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// A page's public key, 65 bytes (P-256, uncompressed: SEC 1 §2.3.3). The pages seal with it; the
/// relay passes it on and never looks inside.
package struct PageKey: Hashable, Sendable, CustomReflectable {
    package static let byteCount = 65

    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        precondition(bytes.count == Self.byteCount, "a page key has 65 bytes")
        self.bytes = bytes
    }

    /// Printed, it would be sixty-five numbers.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Four characters that give a patient back the place in the queue, and nothing else (D7): 20 bits.
package struct RejoinCode: Hashable, Sendable {
    /// 0 ..< 2²⁰.
    package let rawValue: UInt32

    package init(_ rawValue: UInt32) {
        precondition(rawValue < 1 << 20, "a rejoin code has 20 bits")
        self.rawValue = rawValue
    }
}

/// The two sides of a conversation, as they stand in the frame header.
package enum Slot: UInt8, Hashable, Sendable {
    case patient = 0
    case provider = 1

    package var other: Slot { self == .patient ? .provider : .patient }
}
