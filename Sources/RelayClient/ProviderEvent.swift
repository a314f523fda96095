#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What happens in a provider's console, in order. Visits and chats are named by the relay's
/// numbers, which it never uses twice.
public enum ProviderEvent: Hashable, Sendable {
    /// The snapshot begins: every visit and chat follows, then ``ready``.
    case signedIn(displayName: String, room: String, status: DutyStatus, isResumed: Bool)
    /// What was not named since ``signedIn(displayName:room:status:isResumed:)`` is gone.
    case ready
    /// This provider's console is open elsewhere, and so many chats would be erased by
    /// ``ProviderChat/supersede()``. Otherwise this one begins when the other one ends.
    case consoleOpen(chats: Int)
    /// The connection was lost; the client connects again by itself.
    case offline
    /// No connection could be made; the client tries again by itself, slower each time.
    case unreachable(TransportError)
    /// The relay has erased this session's chats, because the connection was lost for too long.
    case sessionLost
    case visit(Visit)
    case visitOver(UInt32, VisitEnd)
    case chat(Chat)
    /// A chat ended before anybody wrote in it.
    case withdrawn(UInt32)
    /// The chat in the box, if there is one.
    case box(BoxState, chat: UInt32?)
    case received(Message)
    case delivery(MessageID, Delivery)
    case typing(Bool, chat: UInt32)
    /// Messages of a chat that nobody here has seen: the relay's number.
    case unread(Int, chat: UInt32)
    /// `nil`: there is none now; the next one belongs to a new pairing and is not compared.
    case safetyCode(SafetyCode?, visit: UInt32)
    case erased(chat: UInt32, ErasureReceipt)
    /// The chat will be erased then, unless somebody writes or it is kept open.
    case expiring(chat: UInt32, ErasureCause, at: Date)
    case nearlyFull(chat: UInt32)
    case stopping(at: Date)
    /// A command, by its name on the wire, was not carried out.
    case refused(command: String, CommandRefusal)
    case broken(chat: UInt32, Breach)
    /// The last event.
    case over(CloseReason)
}

/// One patient in the room.
public struct Visit: Hashable, Sendable, Identifiable {
    public enum Holder: Hashable, Sendable {
        case nobody
        case you
        /// Another provider, by the name that people see.
        case other(String)
    }

    public let id: UInt32
    /// `nil` until the patient's page has sent a card that this client could open.
    public var name: String?
    public var reason = ""
    /// A card came that could not be opened: whose it is, nobody knows.
    public var isCardBroken = false
    /// Nothing can be sealed for this patient's page: no chat.
    public var isUnprotected = false
    public var arrived: Date
    public var presence: Presence
    /// Since when they are there, or not.
    public var since: Date
    /// The place was taken over from another page with the rejoin code.
    public var hasRejoined: Bool
    public var holder: Holder
    public var isInCall: Bool
    /// Messages that wait in the patient's page.
    public var pending: Int
    /// Your live chat with them.
    public var chat: UInt32?
}

/// A conversation with one visit.
public struct Chat: Hashable, Sendable, Identifiable {
    public let id: UInt32
    public let visit: UInt32
    public var phase: Phase
    public var ended: Date?
}
