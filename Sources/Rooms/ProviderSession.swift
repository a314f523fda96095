/// The chat box of a provider session: one slot. "Closed" is not a state: X sets `none`.
package enum Box: Hashable, Sendable {
    case none
    case open(ConversationID)
    case minimised(ConversationID)

    package var conversation: ConversationID? {
        switch self {
        case .none: nil
        case .open(let id), .minimised(let id): id
        }
    }
}

/// One page load of a provider's console. When it ends, its conversations are erased.
struct ProviderSession: Hashable, Sendable {
    let id: ProviderSessionID
    let provider: ProviderID
    let secret: SecretID
    let pageKey: PageKey
    var key: SignInKeyID
    /// `nil` while the socket is lost.
    var connection: ConnectionID?
    var lostAt: Instant?
    var status = DutyStatus.available
    var box = Box.none
    /// The visit that this provider is in a call with.
    var call: VisitID?
    /// Ascending. Live and ended ones.
    var conversations: [ConversationID] = []
    /// It was full when a visit of its own needed a conversation.
    var lacksRoom = false
    var messages = RateBucket()
}

/// A provider page that waits for the press that ends the other console (D9).
struct Newcomer: Hashable, Sendable {
    let connection: ConnectionID
    let entrance: ProviderEntrance
}
