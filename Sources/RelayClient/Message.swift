#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A message of the other side: it was opened, and it is the next one in the relay's order.
public struct Message: Hashable, Sendable {
    public enum Content: Hashable, Sendable {
        /// At most 16,365 bytes of UTF-8.
        case text(String)
        /// A newer client wrote something that this version cannot show.
        case newer
    }

    /// The relay's handle of the conversation.
    public let conversation: UInt32
    /// The place in the conversation, from 1, both sides together: what `markSeen` wants.
    public let sequence: UInt32
    public let content: Content
    /// The relay's time when this client received it. The sender's clock is never used.
    public let time: Date

    /// Empty unless it is a text.
    public var text: String {
        if case .text(let text) = content { text } else { "" }
    }
}

/// A message that this client wrote. It stays the same from waiting to seen.
public struct MessageID: Hashable, Comparable, Sendable {
    let rawValue: UInt64

    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// What has become of a message that this client wrote.
public enum Delivery: Hashable, Sendable {
    /// It waits for a conversation, or for the keys of one.
    case waiting
    /// It is on its way to the relay.
    case sending
    /// The relay has it: the relay's word.
    case sent
    /// The other page has it: proved by the other page.
    case delivered
    /// It was on the other person's screen: proved by the other page.
    case seen
    /// It was never taken. Write it again if it still matters.
    case notSent(Refusal)
    /// The conversation was over before the other page was known to have it.
    case notDelivered

    public enum Refusal: Hashable, Sendable {
        /// The conversation holds as many messages as it may.
        case conversationFull
        /// The conversation, or the visit, has ended.
        case ended
        /// The conversation was erased.
        case erased
        /// The conversation is broken: see ``Breach``.
        case broken
        /// The keys of this conversation are used up.
        case keysSpent
    }
}

/// Why nothing more is believed of a conversation, and nothing more is sent in it. The app must say
/// so.
public enum Breach: Hashable, Sendable {
    /// A message never came, even when it was asked for once more.
    case missing
    /// A message was changed on its way.
    case unreadable
    /// The relay showed the two pages different chats.
    case different
    /// Its keys died with a pairing that was given up.
    case unkeyed
}

/// Six digits that two people compare by voice, never in the chat.
///
/// Equal digits prove, backwards too, that nobody was in between in this pairing. Different ones,
/// or none ever compared, prove nothing about what was already sent.
public struct SafetyCode: Hashable, Sendable {
    public enum Comparison: Hashable, Sendable {
        case notCompared
        /// A person said that the numbers are equal.
        case compared
        /// A person said that they differ: nothing more is sent.
        case different
    }

    /// `"810131"`. `nil`: there was one pairing too many for the number to mean something
    /// (``isBeyondLimit``), so it is not shown.
    public let digits: String?
    /// The app says: "Cannot be compared here. Begin again."
    public let isBeyondLimit: Bool
    /// What the person here said. Only ``PatientChat/compare(matches:)`` or
    /// ``ProviderChat/compare(_:matches:)`` moves it; a new pairing starts at `notCompared`.
    public let comparison: Comparison
    /// What the other client says that its person said. Information: it proves nothing.
    public let theirs: Comparison?

    /// As it is shown: `"810 131"`.
    public var formatted: String? {
        digits.map { "\($0.prefix(3)) \($0.suffix(3))" }
    }
}
