#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What happens to a patient's visit, in order. Everything is said when it changes, and everything
/// that still holds is said again after a lost connection.
public enum PatientEvent: Hashable, Sendable {
    /// The relay knows this visit. The rejoin code gives the place in the queue back to another
    /// client, and nothing else; once ``PatientChat/rejoinCodeShown()`` was called the place is
    /// kept for `keptFor` after a lost connection.
    case checkedIn(rejoinCode: String, isResumed: Bool, keptFor: Duration)
    /// The connection was lost; the client connects again by itself.
    case offline
    /// No connection could be made; the client tries again by itself, slower each time.
    case unreachable(TransportError)
    /// The name is the last one known.
    case provider(ProviderStatus, name: String?)
    /// From 1; `nil` when hidden or not waiting.
    case position(Int?)
    case phase(Phase)
    case received(Message)
    case delivery(MessageID, Delivery)
    /// What was not delivered is written again in the next conversation, as another message.
    case rewritten(MessageID, as: MessageID)
    /// The provider is typing, or no longer is.
    case typing(Bool)
    /// Messages that nobody here has seen: the relay's number.
    case unread(Int)
    /// There is a number to compare, or what was said of it has changed. `nil`: there is none now;
    /// the next one belongs to a new pairing and is not compared.
    case safetyCode(SafetyCode?)
    /// The relay has erased the conversation. `isProved`: the provider's client said so itself,
    /// provably; otherwise it is the relay's word alone.
    case erased(ErasureReceipt, isProved: Bool)
    /// The conversation will be erased then, unless somebody writes. A later time takes a former
    /// one back.
    case expiring(ErasureCause, at: Date)
    /// 90 % of what a conversation may hold is used.
    case nearlyFull
    /// The relay will stop then, and erase everything.
    case stopping(at: Date)
    /// Nothing more is sent in this conversation. Say so, in the words of the breach.
    case broken(Breach)
    /// A key or a suite came that this client cannot seal for. It sends nothing.
    case unprotected
    /// The last event.
    case over(PatientEnding)
}

/// How a visit ended.
public enum PatientEnding: Hashable, Sendable {
    case visit(VisitEnd)
    /// The relay does not want this client. ``CloseReason/wrongCode``: ask for the code again.
    case refused(CloseReason)
}
