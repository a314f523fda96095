import SealedChat

/// The pairings of a provider's page with the patients in its list: what each step asks for, and
/// when a step has waited too long. Mirrored by `Sources/Web/relay/console-pairing.js`.
final class ConsolePairings {
    /// How long an answer is waited for before it is asked for again.
    private static let patience = Duration.seconds(15)
    /// A run that is not finished for this long is given up, while both pages are connected
    /// (rule 4). A connection that has died is noticed after 30 seconds, and what it swallowed
    /// comes then: the patient's page has already sealed with the keys of this run.
    private static let runPatience = Duration.seconds(45)

    private let key: PageKey
    private let pairings: ProviderPairings
    /// When each row's run last moved.
    private var movedAt: [UInt32: Duration] = [:]
    /// When each patient's page is to be asked to say again what it said, and when it was.
    private var dueAt: [UInt32: Duration] = [:]
    private var askedAt: [UInt32: Duration] = [:]
    private var safetySaid: [UInt32: SafetyCode] = [:]
    private var rows: Set<UInt32> = []

    init(key: PageKey, randomness: @escaping Randomness, sealer: any MessageSealer) {
        self.key = key
        pairings = ProviderPairings(key: key, randomness: randomness, sealer: sealer)
    }

    /// The visit stands in the list now.
    func see(_ visit: UInt32, in desk: inout Desk) {
        guard let peer = desk.visits[visit]?.key else { return forget(visit) }
        rows.insert(visit)
        pairings.see(visit, key: peer)
    }

    /// The visit is over.
    func forget(_ visit: UInt32) {
        pairings.forget(visit)
        movedAt[visit] = nil
        dueAt[visit] = nil
        askedAt[visit] = nil
    }

    /// The provider session is another one now: every pairing begins anew, but for one whose codes
    /// were different.
    func forgetAll(_ desk: Desk) {
        for (visit, row) in desk.visits where !isDistrusted(visit) {
            forget(visit)
            if let peer = row.key { pairings.see(visit, key: peer) }
        }
    }

    // MARK: What happens

    func open(_ sealed: [UInt8], revision: UInt32, of visit: UInt32, in desk: inout Desk) {
        guard let row = desk.visits[visit], let peer = row.key, revision > row.revision else {
            return
        }
        let card = (try? Card.open(sealed, revision: revision, from: peer, by: key))
            .flatMap(PatientCard.init(decoding:))
        desk.visits[visit]?.visit.isCardBroken = card == nil
        guard let card else { return }
        desk.visits[visit]?.revision = revision
        desk.visits[visit]?.visit.name = card.name
        desk.visits[visit]?.visit.reason = card.reason
    }

    func commit(
        _ visit: UInt32, _ pairing: [UInt8], _ commit: [UInt8], _ desk: Desk, at now: Duration
    ) -> PairingOutcome? {
        guard desk.visits[visit]?.visit.holder == .you else { return nil }
        movedAt[visit] = now
        return try? pairings.commit(visit: visit, pairing: pairing, commit: commit)
    }

    func wrap(_ wrap: Wrap, _ desk: Desk) -> PairingOutcome? {
        desk.entry(wrap.conversation).map {
            pairings.wrap(wrap, visit: $0.chat.visit, epoch: $0.conversation.epoch)
        }
    }

    /// The connection is new: what was on its way is lost, and is asked for at once. The time
    /// without a connection does not count as waiting.
    func resume(at now: Duration) {
        askedAt = [:]
        for visit in rows {
            dueAt[visit] = now
            resume(visit, at: now)
        }
    }

    /// The patient's page is there again.
    func resume(_ visit: UInt32, at now: Duration) {
        if movedAt[visit] != nil { movedAt[visit] = now }
    }

    /// Messages came for a chat without keys: its patient's page said before what is missing.
    func missKeys(_ visit: UInt32, at now: Duration) {
        dueAt[visit] = max(now, askedAt[visit].map { $0 + Self.patience } ?? now)
    }

    /// Visits whose chats have no keys here: the patient's page is asked to say again what it said.
    /// A new chat's keys come by themselves, so they are waited for first.
    func askForKeys(_ desk: Desk, at now: Duration) -> [UInt32] {
        var visits: [UInt32] = []
        for entry in desk.chats where entry.conversation.lacksKeys {
            let visit = entry.chat.visit
            guard desk.isConnected(visit) else { continue }
            let due = dueAt[visit, default: now + Self.patience]
            dueAt[visit] = now >= due ? now + Self.patience : due
            guard now >= due else { continue }
            askedAt[visit] = now
            visits.append(visit)
        }
        return visits
    }

    func tick(_ desk: Desk, at now: Duration) {
        for (visit, moved) in movedAt {
            if !pairings.isUnfinished(visit) {
                movedAt[visit] = nil
            } else if now >= moved + Self.runPatience {
                movedAt[visit] = now
                if desk.isConnected(visit) { pairings.abort(visit) }
            }
        }
    }

    func deadline(_ desk: Desk) -> Duration? {
        let asking = desk.chats.compactMap { entry in
            entry.conversation.lacksKeys && desk.isConnected(entry.chat.visit)
                ? dueAt[entry.chat.visit] : nil
        }
        return (movedAt.values.map { $0 + Self.runPatience } + asking).min()
    }

    // MARK: The safety code

    /// Whether a person said that the codes differ: nothing more is sent to this patient.
    func isDistrusted(_ visit: UInt32) -> Bool {
        pairings.safety(visit)?.comparison == .different
    }

    /// Whether there was something to compare.
    func compare(_ visit: UInt32, matches: Bool) -> Bool {
        guard let safety = pairings.safety(visit), safety.code != nil,
            safety.comparison != .different
        else { return false }
        pairings.compare(visit, matches: matches)
        return true
    }

    func hear(_ visit: UInt32, _ matches: Bool) {
        pairings.hear(visit, matches: matches)
    }

    /// What has changed since the last call, by visit.
    func takeSafetyNews() -> [(visit: UInt32, number: SafetyCode?)] {
        var news: [(UInt32, SafetyCode?)] = []
        for visit in rows.sorted() {
            let number =
                pairings.isUnfinished(visit)
                ? nil
                : pairings.safety(visit).map {
                    SafetyCode($0, isBeyondLimit: pairings.isBeyondLimit && $0.code == nil)
                }
            guard number != safetySaid[visit] else { continue }
            safetySaid[visit] = number
            news.append((visit, number))
        }
        return news
    }
}
