import SealedChat

/// What this client has written: a person's text, or something that no person reads.
struct OwnMessage {
    /// `nil` for what no person reads.
    let id: MessageID?
    let body: Body

    static func text(_ text: String, id: MessageID) -> OwnMessage {
        OwnMessage(id: id, body: .text(text))
    }

    static func note(_ body: Body) -> OwnMessage { OwnMessage(id: nil, body: body) }
}

/// Gives each message of a client its name.
struct MessageNames {
    private var last: UInt64 = 0

    mutating func next() -> MessageID {
        last += 1
        return MessageID(rawValue: last)
    }
}

/// 4,000 characters and 16,000 bytes of UTF-8: `docs/protocol.md`, "Frames".
func checkLength(_ text: String) throws(RelayClientError) {
    guard text.utf8.count <= 16_000, text.count <= 4_000 else { throw .tooLong }
}
