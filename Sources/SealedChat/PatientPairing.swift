/// The patient's half of the pairing: at most one run at a time, with the session that the relay
/// says has the visit. It knows no socket and no clock. The run rules, by number:
/// `docs/protocol.md`, "Pairing". Mirrored by `Sources/Web/relay/pairing-patient.js`.
///
/// A class: a copy could take another offer for the same nonce.
package final class PatientPairing {
    /// Each run is one guess at the six digits for a relay in the middle (rule 7).
    package static let mostRuns = 8

    private let key: PageKey
    private let randomness: Randomness
    private let sealer: any MessageSealer
    private var run: Run?
    package private(set) var runCount = 0

    package init(
        key: PageKey, randomness: @escaping Randomness = systemRandomness,
        sealer: any MessageSealer = GCMSealer()
    ) {
        self.key = key
        self.randomness = randomness
        self.sealer = sealer
    }

    /// One run: a commit, an offer, wraps.
    private struct Run {
        let session: UInt32
        /// Copied when the run begins, and never read from elsewhere again (rule 1).
        let provider: PeerKey
        let id: [UInt8]
        let nonce: [UInt8]
        let commit: [UInt8]
        let isBeyondLimit: Bool
        /// The provider page's nonce: the first that came (rule 2).
        var offered: [UInt8]?
        /// Once there was an offer.
        var pairing: Pairing?
        var conversations: [UInt32: Entry]
        var lastEpoch: UInt16
        var safety = Safety()
    }

    /// A conversation of the run.
    private struct Entry {
        let epoch: UInt16
        /// Its keys died with a former run.
        var isBroken = false
        /// Made once, sent as often as asked for.
        var made: (wrap: Wrap, cipher: ConversationCipher)?
    }

    // MARK: What there is to see

    /// With whom the run is.
    package var session: UInt32? { run?.session }

    /// `nil` before the first run; it begins anew with each run.
    package var safety: Safety? { run?.safety }

    /// Whether the code of this run stays unshown.
    package var isBeyondLimit: Bool { run?.isBeyondLimit ?? false }

    /// Whether an offer is waited for.
    package var isUnfinished: Bool { run.map { $0.offered == nil } ?? false }

    /// The person at this page has compared the codes.
    package func compare(matches: Bool) {
        run?.safety.comparison = matches ? .compared : .different
    }

    /// The other page says that its person has.
    package func hear(matches: Bool) {
        run?.safety.theirs = matches ? .compared : .different
    }

    // MARK: What happens

    /// The relay's `conversation` notice: this session, with this key, has this visit.
    ///
    /// Throws `epoch` for one that is not above the last of the run.
    package func claim(
        session: UInt32, key provider: PeerKey, conversation: UInt32, epoch: UInt16
    ) throws(CipherError) -> PairingOutcome {
        guard !isStopped else { return PairingOutcome() }
        guard let run, run.session == session, run.provider == provider else {
            return begin(
                session: session, provider: provider,
                conversations: [conversation: Entry(epoch: epoch)], lastEpoch: epoch)
        }
        if let known = run.conversations[conversation] {
            guard epoch == known.epoch else { throw .epoch }
        } else {
            guard epoch > run.lastEpoch else { throw .epoch }
            self.run?.lastEpoch = epoch
            self.run?.conversations[conversation] = Entry(epoch: epoch)
        }
        return try lastMessages(about: [conversation])
    }

    /// The provider page's nonce for a commit. One for a run that is over is late, not wrong.
    package func offer(
        session: UInt32, commit: [UInt8], nonce: [UInt8]
    ) throws(CipherError) -> PairingOutcome {
        guard commit.count == Pairing.commitByteCount, nonce.count == Pairing.nonceByteCount else {
            throw .length
        }
        guard !isStopped, var run, run.session == session, run.commit == commit else {
            return PairingOutcome()
        }
        if let first = run.offered {
            // This page has shown its own nonce for the first (rule 2).
            guard nonce == first else { return beginAgain(run) }
        } else {
            let pairing = try Pairing(
                id: run.id, patient: key.publicKey, provider: run.provider,
                patientNonce: run.nonce, providerNonce: nonce, own: key)
            run.offered = nonce
            run.pairing = pairing
            if !run.isBeyondLimit { run.safety.code = pairing.code }
            self.run = run
        }
        return try lastMessages(about: run.conversations.keys.sorted())
    }

    /// The run has waited too long for its offer.
    package func restart() -> PairingOutcome {
        guard !isStopped, let run, run.offered == nil else { return PairingOutcome() }
        return beginAgain(run)
    }

    /// The conversation is erased.
    package func forget(_ conversation: UInt32) {
        run?.conversations.removeValue(forKey: conversation)?.made?.cipher.erase()
    }

    // MARK: Runs

    /// A person said that the codes differ: nothing begins by itself any more.
    private var isStopped: Bool { run?.safety.comparison == .different }

    /// Gives up a run: its nonce is never used again.
    private func beginAgain(_ run: Run) -> PairingOutcome {
        begin(
            session: run.session, provider: run.provider,
            conversations: run.conversations.mapValues {
                Entry(epoch: $0.epoch, isBroken: $0.isBroken)
            },
            lastEpoch: run.lastEpoch)
    }

    private func begin(
        session: UInt32, provider: PeerKey, conversations: [UInt32: Entry], lastEpoch: UInt16
    ) -> PairingOutcome {
        var outcome = PairingOutcome()
        let former = run?.conversations.compactMapValues { $0.made?.cipher } ?? [:]
        outcome.erase(former.sorted { $0.key < $1.key })
        var conversations = conversations
        for conversation in outcome.broken { conversations[conversation]?.isBroken = true }
        runCount += 1
        let id = randomness(Pairing.idByteCount)
        let nonce = randomness(Pairing.nonceByteCount)
        let commit = Pairing.commitment(id: id, patient: key.publicKey, nonce: nonce)
        run = Run(
            session: session, provider: provider, id: id, nonce: nonce, commit: commit,
            isBeyondLimit: runCount > Self.mostRuns, conversations: conversations,
            lastEpoch: lastEpoch)
        outcome.commands = [.commit(session: session, pairing: id, commit: commit)]
        return outcome
    }

    // MARK: Messages

    /// The commit while an offer is waited for; afterwards the wraps.
    private func lastMessages(about conversations: [UInt32]) throws(CipherError) -> PairingOutcome {
        var outcome = PairingOutcome()
        guard let run else { return outcome }
        guard let pairing = run.pairing else {
            outcome.commands = [
                .commit(session: run.session, pairing: run.id, commit: run.commit)
            ]
            return outcome
        }
        for conversation in conversations {
            guard let entry = run.conversations[conversation], !entry.isBroken else { continue }
            if let made = entry.made {
                outcome.commands.append(.wrap(made.wrap))
            } else {
                let made = try make(conversation, epoch: entry.epoch, run: run, pairing: pairing)
                self.run?.conversations[conversation]?.made = made
                outcome.commands.append(.wrap(made.wrap))
                outcome.ciphers.append((conversation, made.cipher))
            }
        }
        return outcome
    }

    /// A new secret, its keys and its wrap.
    private func make(
        _ conversation: UInt32, epoch: UInt16, run: Run, pairing: Pairing
    ) throws(CipherError) -> (wrap: Wrap, cipher: ConversationCipher) {
        let secret = try ConversationSecret(randomness(ConversationSecret.byteCount))
        let cipher = ConversationCipher(
            secret: secret, pairing: pairing, epoch: epoch, side: .patient, sealer: sealer)
        let wrap = Wrap(
            conversation: conversation, commit: run.commit, nonce: run.nonce, first: epoch,
            last: epoch, check: cipher.check,
            sealed: try pairing.wrap(secret, epoch: epoch, check: cipher.check, by: key))
        return (wrap, cipher)
    }
}
