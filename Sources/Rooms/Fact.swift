/// A content-free fact for the counters: enum values and counts only. There is no room for a name.
/// The ledger of erasures is the host's: it counts what it wiped, not what the rules say of it.
package enum Fact: Hashable, Sendable {
    case visitBegan
    case visitEnded(VisitEnd)
    case sessionBegan
    case sessionEnded(ErasureCause)
    case erased(ErasureCause, messageCount: Int, byteCount: Int)
}
