/// The provider's half of the pairing: a row for each visit in the list, at most one run in a row.
/// It knows no socket and no clock. The run rules, by number: `docs/protocol.md`, "Pairing".
/// Mirrored by `Sources/Web/relay/pairing-provider.js`.
///
/// A class: a copy could make another nonce for the same commit.
package final class ProviderPairings {
    /// Each aborted run was one guess at the six digits for a relay in the middle (rule 7).
    package static let mostAborted = 20
    /// More than a provider sees patients in the life of a page: only a hostile relay gets there.
    package static let mostPairings = 20_000

    private let key: PageKey
    private let randomness: Randomness
    private let sealer: any MessageSealer
    private var rows: [UInt32: Row] = [:]
    /// Every pairing that this page was ever asked for (rule 4).
    private var pairings: Set<[UInt8]> = []
    package private(set) var abortedCount = 0

    package init(
        key: PageKey, randomness: @escaping Randomness = systemRandomness,
        sealer: any MessageSealer = GCMSealer()
    ) {
        self.key = key
        self.randomness = randomness
        self.sealer = sealer
    }

    private struct Row {
        /// The patient page's: a row is its key.
        let patient: PeerKey
        var run: Run?
        /// Conversations whose keys died with a former run.
        var broken: Set<UInt32> = []

        /// A person said that the codes differ: nothing begins by itself any more.
        var isStopped: Bool { run?.safety.comparison == .different }
    }

    private struct Run {
        let id: [UInt8]
        let commit: [UInt8]
        /// This page's: one for the row and commit (rule 3).
        let nonce: [UInt8]
        /// Whose wrap was taken up last.
        var lastEpoch: UInt16?
        /// Once a wrap was right.
        var isFinished = false
        var ciphers: [UInt32: ConversationCipher] = [:]
        var safety = Safety()

        func offer(_ visit: UInt32) -> PairingCommand {
            .offer(visit: visit, commit: commit, nonce: nonce)
        }
    }

    // MARK: What there is to see

    /// Whether runs that finish from now on show no code.
    package var isBeyondLimit: Bool { abortedCount > Self.mostAborted }

    /// Whether a wrap is waited for.
    package func isUnfinished(_ visit: UInt32) -> Bool {
        rows[visit]?.run.map { !$0.isFinished } ?? false
    }

    /// `nil` while there is no run; it begins anew with each run.
    package func safety(_ visit: UInt32) -> Safety? { rows[visit]?.run?.safety }

    /// The person at this page has compared the codes.
    package func compare(_ visit: UInt32, matches: Bool) {
        rows[visit]?.run?.safety.comparison = matches ? .compared : .different
    }

    /// The other page says that its person has.
    package func hear(_ visit: UInt32, matches: Bool) {
        rows[visit]?.run?.safety.theirs = matches ? .compared : .different
    }

    // MARK: Rows

    /// A visit stands in the list. With another key it is another page, and the former run is over.
    package func see(_ visit: UInt32, key patient: PeerKey) {
        guard rows[visit]?.patient != patient else { return }
        forget(visit)
        rows[visit] = Row(patient: patient)
    }

    /// The visit is over.
    package func forget(_ visit: UInt32) {
        abort(visit)
        rows[visit] = nil
    }

    /// The visit's unfinished run has waited too long.
    package func abort(_ visit: UInt32) {
        if isUnfinished(visit) { _ = drop(visit) }
    }

    // MARK: What happens

    /// The patient's page begins a run. Only for a visit that this session has (rule 4).
    package func commit(
        visit: UInt32, pairing: [UInt8], commit: [UInt8]
    ) throws(CipherError) -> PairingOutcome {
        guard pairing.count == Pairing.idByteCount, commit.count == Pairing.commitByteCount else {
            throw .length
        }
        guard let row = rows[visit], !row.isStopped else { return PairingOutcome() }
        if let run = row.run, run.id == pairing, run.commit == commit {
            return PairingOutcome(commands: [run.offer(visit)])
        }
        guard !pairings.contains(pairing) else { return PairingOutcome() }
        guard pairings.count < Self.mostPairings else { throw .limit }
        pairings.insert(pairing)
        var outcome = drop(visit)
        let run = Run(
            id: pairing, commit: commit, nonce: randomness(Pairing.nonceByteCount))
        rows[visit]?.run = run
        outcome.commands = [run.offer(visit)]
        return outcome
    }

    /// The patient's page hands over a conversation's secret.
    ///
    /// - Parameter epoch: of the conversation, as the relay named it.
    package func wrap(_ wrap: Wrap, visit: UInt32, epoch: UInt16) -> PairingOutcome {
        guard let row = rows[visit], !row.isStopped else { return PairingOutcome() }
        guard let run = row.run else { return askForAnother(visit, commit: wrap.commit) }
        guard wrap.commit == run.commit else { return fail(visit, .commit) }
        guard wrap.first == wrap.last, wrap.first == epoch else { return fail(visit, .epoch) }
        if let last = run.lastEpoch, epoch <= last { return PairingOutcome() }
        guard !row.broken.contains(wrap.conversation) else { return PairingOutcome() }
        do {
            let (cipher, code) = try open(wrap, run: run, from: row.patient)
            finish(visit, with: wrap, cipher: cipher, code: code)
            return PairingOutcome(ciphers: [(wrap.conversation, cipher)])
        } catch {
            return fail(visit, error)
        }
    }

    private func open(
        _ wrap: Wrap, run: Run, from patient: PeerKey
    ) throws(CipherError) -> (ConversationCipher, SafetyCode) {
        // With the row's key, whatever the message may say.
        let kept = Pairing.commitment(id: run.id, patient: patient, nonce: wrap.nonce)
        guard wrap.nonce.count == Pairing.nonceByteCount, kept == run.commit else { throw .commit }
        let pairing = try Pairing(
            id: run.id, patient: patient, provider: key.publicKey, patientNonce: wrap.nonce,
            providerNonce: run.nonce, own: key)
        let secret = try pairing.unwrap(
            wrap.sealed, epoch: wrap.last, check: wrap.check, by: key)
        let cipher = ConversationCipher(
            secret: secret, pairing: pairing, epoch: wrap.last, side: .provider, sealer: sealer)
        guard areEqual(cipher.check, wrap.check) else { throw .check }
        return (cipher, pairing.code)
    }

    private func finish(
        _ visit: UInt32, with wrap: Wrap, cipher: ConversationCipher, code: SafetyCode
    ) {
        guard var run = rows[visit]?.run else { return }
        if !run.isFinished, !isBeyondLimit { run.safety.code = code }
        run.isFinished = true
        run.lastEpoch = wrap.last
        run.ciphers[wrap.conversation] = cipher
        rows[visit]?.run = run
    }

    /// A wrap came for a run that this page has given up (it waited too long). The patient's page
    /// takes itself for paired; an offer of another nonce makes it begin again (rule 2). Nothing
    /// here remembers that nonce, so it can enter no transcript.
    private func askForAnother(_ visit: UInt32, commit: [UInt8]) -> PairingOutcome {
        PairingOutcome(commands: [
            .offer(visit: visit, commit: commit, nonce: randomness(Pairing.nonceByteCount))
        ])
    }

    private func fail(_ visit: UInt32, _ error: CipherError) -> PairingOutcome {
        var outcome = drop(visit)
        outcome.failed = error
        return outcome
    }

    /// A run is given up; it counts, though nobody may have seen its code.
    private func drop(_ visit: UInt32) -> PairingOutcome {
        var outcome = PairingOutcome()
        guard let run = rows[visit]?.run else { return outcome }
        abortedCount += 1
        outcome.erase(run.ciphers.sorted { $0.key < $1.key })
        rows[visit]?.broken.formUnion(outcome.broken)
        rows[visit]?.run = nil
        return outcome
    }
}
