import Crypto
import Seeded
import Testing

@testable import SealedChat

/// One thing that a page does not do, with which a relay in the middle wins.
enum Fault: CaseIterable {
    /// The patient's page takes another offer for the same commit (rule 2).
    case takesASecondOffer
    /// The provider's page makes another nonce for the same commit (rule 3).
    case offersAgain
    /// The check of the first secret enters the code (rule 5).
    case showsALateChoice
    /// The provider's page takes any nonce for the promised one.
    case believesAnyNonce
}

/// A patient's page under attack: the real one, or one with a fault.
final class PatientPage {
    let key = PageKey()
    let fault: Fault?
    private let seed = UInt64.random(in: .min ... .max)
    private var pairing: PatientPairing
    private var claimed: PeerKey?
    private(set) var wrap: Wrap?

    init(fault: Fault?) {
        self.fault = fault
        pairing = PatientPairing(key: key, randomness: seeded(seed))
    }

    func claim(_ provider: PeerKey) throws -> (pairing: [UInt8], commit: [UInt8]) {
        claimed = provider
        let outcome = try pairing.claim(session: 1, key: provider, conversation: 7, epoch: 0)
        return try #require(outcome.commands.commits.first)
    }

    /// The page's answer: its wrap, or another commit.
    func offer(_ commit: [UInt8], nonce: [UInt8]) throws -> [PairingCommand] {
        if fault == .takesASecondOffer, let claimed {
            pairing = PatientPairing(key: key, randomness: seeded(seed))
            _ = try claim(claimed)
        }
        let outcome = try pairing.offer(session: 1, commit: commit, nonce: nonce)
        wrap = outcome.commands.wraps.first ?? wrap
        return outcome.commands
    }

    var sas: UInt64? { shown(pairing.safety?.code, after: wrap, fault) }
}

/// A provider's page under attack.
final class ProviderPage {
    let key = PageKey()
    let fault: Fault?
    private let seed = UInt64.random(in: .min ... .max)
    private var pairings: ProviderPairings
    private var patient: PeerKey
    private var asked: (pairing: [UInt8], commit: [UInt8]) = ([], [])
    private var wrap: Wrap?

    init(fault: Fault?, patient: PeerKey) {
        self.fault = fault
        self.patient = patient
        pairings = ProviderPairings(key: key, randomness: seeded(seed))
        pairings.see(1, key: patient)
    }

    func commit(_ pairing: [UInt8], _ commit: [UInt8]) throws -> [UInt8] {
        asked = (pairing, commit)
        if fault == .offersAgain {
            pairings = ProviderPairings(key: key)
            pairings.see(1, key: patient)
        }
        let outcome = try pairings.commit(visit: 1, pairing: pairing, commit: commit)
        return try #require(outcome.commands.offers.first)
    }

    func take(_ wrap: Wrap) throws {
        var wrap = wrap
        if fault == .believesAnyNonce {
            wrap.commit = Pairing.commitment(id: asked.pairing, patient: patient, nonce: wrap.nonce)
            pairings = ProviderPairings(key: key, randomness: seeded(seed))
            pairings.see(1, key: patient)
            _ = try commit(asked.pairing, wrap.commit)
        }
        _ = pairings.wrap(wrap, visit: 1, epoch: 0)
        self.wrap = wrap
    }

    var sas: UInt64? { shown(pairings.safety(1)?.code, after: wrap, fault) }
}

/// What a page shows: its code, or, with the third fault, one that a secret chosen late enters.
private func shown(_ code: SafetyCode?, after wrap: Wrap?, _ fault: Fault?) -> UInt64? {
    guard fault == .showsALateChoice else { return code?.value }
    guard let code, let wrap else { return nil }
    return late(code.value, wrap.check)
}

private func late(_ sas: UInt64, _ check: [UInt8]) -> UInt64 {
    UInt64(bigEndian: SHA256.hash(data: join(sas.bigEndianBytes, check)).prefix(8).map { $0 })
}

/// A relay that gives each page a key of its own, and tries to make both codes equal in their last
/// `bits`. It guesses with its own arithmetic: a second opinion.
final class RelayInTheMiddle {
    let bits: Int
    let patient: PatientPage
    let provider: ProviderPage
    private let asProvider = PageKey()
    private let asPatient = PageKey()
    private let id: [UInt8]
    private let nonce: [UInt8]
    private var random: SplitMix
    /// What the patient's page said: its pairing, its commit, and its nonce once it has shown it.
    private var said: (pairing: [UInt8], commit: [UInt8], nonce: [UInt8]) = ([], [], [])

    init(bits: Int, fault: Fault?, seed: UInt64) {
        self.bits = bits
        random = SplitMix(seed: seed)
        id = random.bytes(16)
        nonce = random.bytes(32)
        patient = PatientPage(fault: fault)
        provider = ProviderPage(fault: fault, patient: asPatient.publicKey)
    }

    /// Whether two codes agree as far as people would compare them.
    func agree(_ a: UInt64?, _ b: UInt64?) -> Bool {
        guard let a, let b else { return false }
        return (a ^ b) & (1 << bits - 1) == 0
    }

    func attack(with fault: Fault) throws {
        switch fault {
        case .takesASecondOffer: try trySecondOffer()
        case .offersAgain: try trySameCommitAgain()
        case .showsALateChoice: try tryLateChoice()
        case .believesAnyNonce: try tryAnotherNonce()
        }
    }

    /// The provider's page first; then a nonce that gives the patient's page the same code.
    private func trySecondOffer() throws {
        let theirs = try provider.commit(id, promise(nonce))
        try finishProvider(theirs, nonce: nonce)
        let wanted = providerSas(nonce, theirs, try providerSecret())
        try askPatient(random.bytes(32))
        let agreed = try patientSecret()
        let chosen = search { patientSas($0, agreed) & mask == wanted & mask }
        guard let answer = try patient.offer(said.commit, nonce: chosen).commits.first else {
            return
        }
        // It began again: the relay goes along, so that this page has a code too.
        said.commit = answer.commit
        _ = try patient.offer(said.commit, nonce: chosen)
    }

    /// The patient's page first; then the provider's is asked for other nonces.
    private func trySameCommitAgain() throws {
        let wanted = try attackPatient()
        let agreed = try providerSecret()
        var theirs = try provider.commit(id, promise(nonce))
        for _ in 0..<mostTries where providerSas(nonce, theirs, agreed) & mask != wanted & mask {
            let other = try provider.commit(id, promise(nonce))
            if other == theirs { break }
            theirs = other
        }
        try finishProvider(theirs, nonce: nonce)
    }

    /// Both pages; then a secret.
    private func tryLateChoice() throws {
        var wanted = try attackPatient()
        let isFaulty = patient.fault == .showsALateChoice
        if isFaulty { wanted = try #require(patient.sas) }
        let theirs = try provider.commit(id, promise(nonce))
        let sas = providerSas(nonce, theirs, try providerSecret())
        let pairing = try pairing(nonce: nonce, theirs: theirs)
        let secret = try search {
            let check = ConversationKeys(try ConversationSecret($0), pairing: pairing, epoch: 0)
                .check
            return (isFaulty ? late(sas, check) : sas) & mask == wanted & mask
        }
        try finishProvider(theirs, nonce: nonce, secret: secret)
    }

    /// Both pages; then a nonce of its own, whatever was promised.
    private func tryAnotherNonce() throws {
        let wanted = try attackPatient()
        let theirs = try provider.commit(id, promise(nonce))
        let agreed = try providerSecret()
        let chosen = search { providerSas($0, theirs, agreed) & mask == wanted & mask }
        try finishProvider(theirs, nonce: chosen)
    }

    // MARK: Steps

    private var mask: UInt64 { 1 << bits - 1 }
    private var mostTries: Int { 16 << bits }

    private func promise(_ nonce: [UInt8]) -> [UInt8] {
        Pairing.commitment(id: id, patient: asPatient.publicKey, nonce: nonce)
    }

    private func askPatient(_ answer: [UInt8]) throws {
        let (pairing, commit) = try patient.claim(asProvider.publicKey)
        let wraps = try patient.offer(commit, nonce: answer).wraps
        said = (pairing, commit, try #require(wraps.first).nonce)
    }

    /// A run of the patient's page, with any nonce; the code that it has then.
    private func attackPatient() throws -> UInt64 {
        let answer = random.bytes(32)
        try askPatient(answer)
        return patientSas(answer, try patientSecret())
    }

    private func finishProvider(
        _ theirs: [UInt8], nonce: [UInt8], secret: [UInt8]? = nil
    ) throws {
        let pairing = try pairing(nonce: nonce, theirs: theirs)
        let secret = try ConversationSecret(secret ?? random.bytes(32))
        let check = ConversationKeys(secret, pairing: pairing, epoch: 0).check
        try provider.take(
            Wrap(
                conversation: 7, commit: promise(self.nonce), nonce: nonce, first: 0, last: 0,
                check: check,
                sealed: pairing.wrap(secret, epoch: 0, check: check, by: asPatient)))
    }

    private func pairing(nonce: [UInt8], theirs: [UInt8]) throws -> Pairing {
        try Pairing(
            id: id, patient: asPatient.publicKey, provider: provider.key.publicKey,
            patientNonce: nonce, providerNonce: theirs, own: asPatient)
    }

    // MARK: Guessing

    private func patientSecret() throws -> SharedSecret {
        try asProvider.agree(with: patient.key.publicKey)
    }

    private func providerSecret() throws -> SharedSecret {
        try asPatient.agree(with: provider.key.publicKey)
    }

    private func patientSas(_ answer: [UInt8], _ agreed: SharedSecret) -> UInt64 {
        sas(
            agreed, said.pairing, patient.key.publicKey, asProvider.publicKey, said.nonce, answer)
    }

    private func providerSas(
        _ nonce: [UInt8], _ theirs: [UInt8], _ agreed: SharedSecret
    ) -> UInt64 {
        sas(agreed, id, asPatient.publicKey, provider.key.publicKey, nonce, theirs)
    }

    private func sas(
        _ agreed: SharedSecret, _ id: [UInt8], _ patient: PeerKey, _ provider: PeerKey,
        _ nonce: [UInt8], _ theirs: [UInt8]
    ) -> UInt64 {
        let run = id + patient.bytes + provider.bytes + nonce + theirs
        let transcript = Array(SHA256.hash(data: Array("tcr1 pair\u{1}".utf8) + run))
        let sas = agreed.hkdfDerivedSymmetricKey(
            using: SHA256.self, salt: transcript, sharedInfo: Array("tcr1 sas".utf8),
            outputByteCount: 8)
        return sas.withUnsafeBytes { UInt64(bigEndian: $0) }
    }

    private func search(_ fits: ([UInt8]) throws -> Bool) rethrows -> [UInt8] {
        var value = random.bytes(32)
        for _ in 0..<mostTries {
            if try fits(value) { break }
            value = random.bytes(32)
        }
        return value
    }
}
