import Seeded
import Testing

@testable import SealedChat

/// A patient's page and a provider's that are about to pair, and the relay's names for them.
struct Meeting {
    static let session: UInt32 = 5
    static let visit: UInt32 = 3

    let patientKey = PageKey()
    let providerKey = PageKey()
    let patient: PatientPairing
    let provider: ProviderPairings

    init(seed: UInt64 = 1, sealer: any MessageSealer = GCMSealer()) {
        patient = PatientPairing(key: patientKey, randomness: seeded(seed), sealer: sealer)
        provider = ProviderPairings(
            key: providerKey, randomness: seeded(seed &+ 1_000), sealer: sealer)
        provider.see(Self.visit, key: patientKey.publicKey)
    }

    /// The relay says that this session has the visit.
    func claim(
        _ conversation: UInt32 = 7, epoch: UInt16 = 0, session: UInt32 = session,
        key: PeerKey? = nil
    ) throws -> PairingOutcome {
        try patient.claim(
            session: session, key: key ?? providerKey.publicKey, conversation: conversation,
            epoch: epoch)
    }

    /// Hands every command to the other page until nobody has one; what came of it on both pages.
    @discardableResult
    func settle(
        _ first: PairingOutcome, epochs: [UInt32: UInt16] = [7: 0]
    ) throws -> (patient: PairingOutcome, provider: PairingOutcome) {
        var outcome = (patient: first, provider: PairingOutcome())
        var commands = first.commands
        while !commands.isEmpty {
            let command = commands.removeFirst()
            switch command {
            case .offer:
                let answer = try offer(command)
                outcome.patient.merge(answer)
                commands += answer.commands
            case .commit, .wrap:
                let answer = try hand(command, epochs: epochs)
                outcome.provider.merge(answer)
                commands += answer.commands
            }
        }
        return outcome
    }

    /// A patient's command to the provider's page.
    func hand(_ command: PairingCommand, epochs: [UInt32: UInt16] = [7: 0]) throws -> PairingOutcome
    {
        switch command {
        case .commit(_, let pairing, let commit):
            try provider.commit(visit: Self.visit, pairing: pairing, commit: commit)
        case .wrap(let wrap):
            provider.wrap(wrap, visit: Self.visit, epoch: epochs[wrap.conversation] ?? 0)
        case .offer: PairingOutcome()
        }
    }

    /// A provider's command to the patient's page.
    func offer(_ command: PairingCommand, session: UInt32 = session) throws -> PairingOutcome {
        guard case .offer(_, let commit, let nonce) = command else { return PairingOutcome() }
        return try patient.offer(session: session, commit: commit, nonce: nonce)
    }

    /// A run from its beginning to the keys.
    @discardableResult
    func pair() throws -> (patient: ConversationCipher, provider: ConversationCipher) {
        let outcome = try settle(claim())
        return (
            try #require(outcome.patient.ciphers.last?.cipher),
            try #require(outcome.provider.ciphers.last?.cipher)
        )
    }
}

/// Bytes from a seed, as many as asked for.
func seeded(_ seed: UInt64) -> Randomness {
    let state = SeededBytes(seed: seed)
    return { state.random.bytes($0) }
}

private final class SeededBytes {
    var random: SplitMix
    init(seed: UInt64) { random = SplitMix(seed: seed) }
}

extension PairingOutcome {
    mutating func merge(_ other: PairingOutcome) {
        commands += other.commands
        ciphers += other.ciphers
        unkeyed += other.unkeyed
        broken += other.broken
        failed = failed ?? other.failed
    }

    var isNothing: Bool {
        commands.isEmpty && ciphers.isEmpty && unkeyed.isEmpty && broken.isEmpty && failed == nil
    }
}

extension [PairingCommand] {
    var commits: [(pairing: [UInt8], commit: [UInt8])] {
        compactMap {
            if case .commit(_, let pairing, let commit) = $0 { (pairing, commit) } else { nil }
        }
    }

    var offers: [[UInt8]] {
        compactMap { if case .offer(_, _, let nonce) = $0 { nonce } else { nil } }
    }

    var wraps: [Wrap] {
        compactMap { if case .wrap(let wrap) = $0 { wrap } else { nil } }
    }
}
