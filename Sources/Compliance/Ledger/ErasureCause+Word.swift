package import Rooms

extension ErasureCause {
    /// As in the ledger's JSON, and on the wire (`WireProtocol` has its own list; a test compares).
    package var ledgerWord: String {
        switch self {
        case .closed: "closed"
        case .viewedOther: "viewed_other"
        case .callStarted: "call_started"
        case .refreshed: "refreshed"
        case .providerLost: "provider_lost"
        case .idle: "idle"
        case .maximumAge: "maximum_age"
        case .wiped: "wiped"
        case .stopped: "stopped"
        }
    }

    package init?(ledgerWord: String) {
        guard let cause = Self.allCases.first(where: { $0.ledgerWord == ledgerWord }) else {
            return nil
        }
        self = cause
    }
}
