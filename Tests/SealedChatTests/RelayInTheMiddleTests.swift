import Seeded
import Testing

@testable import SealedChat

/// The relay swaps the keys. Against these pages it gets what chance gives; against pages with one
/// fault it wins whenever it likes, which shows that the test can fail.
@Suite("A relay in the middle")
struct RelayInTheMiddleTests {
    /// `LETHE_ATTEMPTS`: how many; `make sealing` asks for a million.
    @Test("In a thousand runs the two codes never agree, and shortened ones no more than by chance")
    func codesDoNotAgree() throws {
        let count = Size.of("LETHE_ATTEMPTS", else: 1_000)
        let first = Seed.value
        var (withTwoCodes, shortAgreements, shownAlike) = (0, 0, 0)
        for run in 0..<count {
            let seed = first &+ UInt64(run)
            let relay = RelayInTheMiddle(bits: 4, fault: nil, seed: seed)
            try relay.attack(with: Fault.allCases[run % Fault.allCases.count])
            let (patient, provider) = (relay.patient.sas, relay.provider.sas)
            #expect(patient != nil, "seed \(seed)")
            #expect(patient != provider, "seed \(seed)")
            guard let patient, let provider else { continue }
            withTwoCodes += 1
            if relay.agree(patient, provider) { shortAgreements += 1 }
            if SafetyCode(value: patient).digits == SafetyCode(value: provider).digits {
                shownAlike += 1
            }
        }
        // A page that sees a broken promise has no code: one attack of four gives one only.
        #expect(withTwoCodes == count / 4 * 3 + min(count % 4, 3))
        // One in 16 agrees by chance, and one in a million of what people compare. Eight standard
        // deviations.
        let expected = Double(withTwoCodes) / 16
        #expect(abs(Double(shortAgreements) - expected) < 8 * (expected * 15 / 16).squareRoot())
        let alike = Double(withTwoCodes) / 1_000_000
        #expect(Double(shownAlike) < alike + 8 * max(alike, 0.1).squareRoot())
        if count > 1_000 {
            print(
                "\(count) attempts from seed \(first), \(withTwoCodes) with two codes: "
                    + "\(shortAgreements) agree in four bits, \(shownAlike) in six digits")
        }
    }

    @Test(
        "With one fault the relay makes twelve bits agree whenever it likes",
        arguments: Fault.allCases)
    func faultsLetItWin(fault: Fault) throws {
        let relay = RelayInTheMiddle(bits: 12, fault: fault, seed: Seed.value)
        try relay.attack(with: fault)
        #expect(relay.patient.sas != nil && relay.provider.sas != nil)
        #expect(relay.agree(relay.patient.sas, relay.provider.sas))
    }

    @Test("A relay in the middle reads everything until the codes are compared")
    func itReadsEverything() throws {
        let (asProvider, asPatient) = (PageKey(), PageKey())
        let (victim, clinic) = (PageKey(), PageKey())
        let patient = PatientPairing(key: victim)
        let listener = ProviderPairings(key: asProvider)
        listener.see(1, key: victim.publicKey)
        let commit = try #require(
            patient.claim(session: 1, key: asProvider.publicKey, conversation: 7, epoch: 0)
                .commands.commits.first)
        let offer = try #require(
            listener.commit(visit: 1, pairing: commit.pairing, commit: commit.commit)
                .commands.offers.first)
        let outcome = try patient.offer(session: 1, commit: commit.commit, nonce: offer)
        let wrap = try #require(outcome.commands.wraps.first)
        let theirs = try #require(listener.wrap(wrap, visit: 1, epoch: 0).ciphers.first?.cipher)
        let frame = try outcome.ciphers[0].cipher.seal(.text("read"), conversation: 7)
        #expect(try theirs.open(passedOn(frame, sequence: 1)) == .text("read"))
        #expect(asPatient.publicKey != clinic.publicKey)
    }
}
