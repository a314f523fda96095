import Rooms
import WireProtocol

/// Turns what a room did into counters: plain integers, read by whoever asks. It steers nothing.
struct RoomObserver {
    private(set) var messagesRelayed = 0
    private(set) var bytesRelayed = 0
    private(set) var visits = 0
    private(set) var sessions = 0
    private(set) var messagesErased = 0
    /// As large as it will ever be: a small block that is allocated among many keeps a page for
    /// itself when those are gone.
    private(set) var erasures = [ErasureCause: Int](
        minimumCapacity: ErasureCause.allCases.count)

    /// What the codec found, by kind, and what the rules found.
    private(set) var protocolErrors: [ProtocolError: Int] = [:]
    private(set) var breaches = 0

    var protocolErrorCount: Int { protocolErrors.values.reduce(breaches, +) }

    mutating func count(_ error: ProtocolError) {
        protocolErrors[error, default: 0] += 1
    }

    mutating func countBreach() {
        breaches += 1
    }

    mutating func relayed(byteCount: Int) {
        messagesRelayed += 1
        bytesRelayed += byteCount
    }

    mutating func record(_ fact: Fact) {
        switch fact {
        case .visitBegan: visits += 1
        case .sessionBegan: sessions += 1
        case .visitEnded, .sessionEnded: break
        case .erased(let cause, let messageCount, _):
            erasures[cause, default: 0] += 1
            messagesErased += messageCount
        }
    }
}
