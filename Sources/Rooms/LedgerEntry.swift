/// A content-free fact: enum values and counts only. There is no room for a name.
package enum LedgerEntry: Hashable, Sendable {
    case visitBegan
    case visitEnded(VisitEnd)
    case sessionBegan
    case sessionEnded(ErasureCause)
    case erased(ErasureCause, messageCount: Int, byteCount: Int)
}
