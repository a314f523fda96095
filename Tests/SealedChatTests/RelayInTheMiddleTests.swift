import Seeded
import Testing

@testable import SealedChat

/// The relay swaps the keys. Against these pages it gets what chance gives; against pages with one
/// fault it wins whenever it likes, which shows that the test can fail.
@Suite("A relay in the middle")
struct RelayInTheMiddleTests {
    @Test("In a thousand runs the two codes never agree, and shortened ones no more than by chance")
    func codesDoNotAgree() throws {
        var shortAgreements = 0
        for run in 0..<1_000 {
            let seed = Seed.value &+ UInt64(run)
            let relay = RelayInTheMiddle(bits: 4, fault: nil, seed: seed)
            try relay.attack(with: Fault.allCases[run % Fault.allCases.count])
            let (patient, provider) = (relay.patient.sas, relay.provider.sas)
            #expect(patient != nil, "seed \(seed)")
            #expect(patient != provider, "seed \(seed)")
            if relay.agree(patient, provider) { shortAgreements += 1 }
        }
        // 750 runs have two codes (a page that sees a broken promise has none), and one in 16
        // agrees by chance: 47, with a standard deviation below 7.
        #expect(shortAgreements < 100)
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
