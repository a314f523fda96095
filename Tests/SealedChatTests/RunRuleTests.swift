import Seeded
import Testing

@testable import SealedChat

/// `docs/protocol.md`, "The run rules": without any one of them a relay that sits in the middle can
/// make both codes equal. `RelayInTheMiddleTests` shows how, for four of them.
@Suite("The run rules")
struct RunRuleTests {
    @Test("A run ends with one code on both pages, and keys that open for each other")
    func runsPair() throws {
        let meeting = Meeting()
        let first = try meeting.claim()
        #expect(meeting.patient.isUnfinished)
        #expect(first.commands.commits.count == 1 && first.ciphers.isEmpty)
        let outcome = try meeting.settle(first)
        #expect(!meeting.patient.isUnfinished && !meeting.provider.isUnfinished(Meeting.visit))
        let code = try #require(meeting.patient.safety?.code)
        #expect(meeting.provider.safety(Meeting.visit)?.code == code)
        #expect(meeting.patient.safety?.comparison == .notCompared)
        let (patient, provider) = (outcome.patient.ciphers[0], outcome.provider.ciphers[0])
        #expect(patient.conversation == 7 && provider.conversation == 7)
        let frame = try patient.cipher.seal(.text("Hello"), conversation: 7)
        #expect(try provider.cipher.open(passedOn(frame, sequence: 1)) == .text("Hello"))
    }

    @Test("Rule 1: the same claim again starts nothing and repeats the last message")
    func sameClaimRepeats() throws {
        let meeting = Meeting()
        let first = try meeting.claim()
        let again = try meeting.claim()
        #expect(again.commands == first.commands)
        let outcome = try meeting.settle(again)
        let third = try meeting.claim()
        #expect(third.commands.wraps == outcome.patient.commands.wraps)
        #expect(third.ciphers.isEmpty && meeting.patient.runCount == 1)
    }

    @Test("Rule 1: another session, or another key, is another run, and the old keys are gone")
    func anotherClaimIsAnotherRun() throws {
        for changesKey in [true, false] {
            let meeting = Meeting()
            let first = try meeting.claim()
            let keys = try meeting.settle(first).patient.ciphers[0].cipher
            let code = meeting.patient.safety?.code
            let second = try meeting.claim(
                8, epoch: 0, session: changesKey ? Meeting.session : 6,
                key: changesKey ? PageKey().publicKey : nil)
            #expect(second.commands.commits.count == 1)
            #expect(second.commands.commits[0].pairing != first.commands.commits[0].pairing)
            #expect(second.commands.commits[0].commit != first.commands.commits[0].commit)
            #expect(keys.isErased)
            #expect(second.unkeyed == [7])
            #expect(meeting.patient.safety?.code == nil && code != nil)
            #expect(meeting.patient.runCount == 2)
        }
    }

    @Test("Rule 2: the same offer again gets the same stored wraps")
    func sameOfferRepeats() throws {
        let meeting = Meeting()
        let commit = try meeting.claim().commands[0]
        let offer = try meeting.hand(commit).commands[0]
        let first = try meeting.offer(offer)
        let again = try meeting.offer(offer)
        #expect(first.commands == again.commands && first.commands.wraps.count == 1)
        #expect(again.ciphers.isEmpty)
    }

    @Test("Rule 2: another nonce for a commit ends the run, and its nonce is dead")
    func secondOfferAborts() throws {
        let meeting = Meeting()
        let commit = try meeting.claim().commands[0]
        let offer = try meeting.hand(commit).commands[0]
        let paired = try meeting.offer(offer)
        let keys = paired.ciphers[0].cipher
        let hash = try #require([commit].commits.first?.commit)
        let second = try meeting.patient.offer(
            session: Meeting.session, commit: hash, nonce: Array(repeating: 7, count: 32))
        #expect(keys.isErased && second.unkeyed == [7])
        #expect(second.commands.wraps.isEmpty)
        #expect(second.commands.commits.count == 1)
        #expect(second.commands.commits[0].commit != hash)
        #expect(meeting.patient.isUnfinished && meeting.patient.safety?.code == nil)
        #expect(try meeting.offer(offer).isNothing, "for a run that is over")
        #expect(
            try meeting.patient.offer(
                session: 99, commit: second.commands.commits[0].commit,
                nonce: Array(repeating: 7, count: 32)
            ).isNothing, "from another session")
    }

    @Test("Rule 3: the same commit again gets the same stored offer")
    func sameCommitRepeats() throws {
        let meeting = Meeting()
        let commit = try meeting.claim().commands[0]
        let offers = try (0..<5).map { _ in try meeting.hand(commit).commands }
        #expect(offers.allSatisfy { $0 == offers[0] } && offers[0].offers.count == 1)
        #expect(meeting.provider.abortedCount == 0)
    }

    @Test("Rule 3: another commit in a row is another run, and ends the former one")
    func anotherCommitAborts() throws {
        let meeting = Meeting()
        let first = try meeting.hand(meeting.claim().commands[0]).commands.offers
        let second = try meeting.hand(meeting.patient.restart().commands[0]).commands.offers
        #expect(first != second && second.count == 1)
        #expect(meeting.provider.abortedCount == 1)
    }

    @Test("Rule 4: no offer for a visit that is not in the list")
    func onlyVisitsInTheListAreOffered() throws {
        let meeting = Meeting()
        let commit = try meeting.claim().commands[0]
        meeting.provider.forget(Meeting.visit)
        #expect(try meeting.hand(commit).isNothing)
        #expect(meeting.provider.safety(Meeting.visit) == nil)
    }

    @Test("Rule 4: a pairing that this page was asked for once is refused, in any row")
    func pairingsAreUsedOnce() throws {
        let meeting = Meeting()
        let commit = try #require(meeting.claim().commands.commits.first)
        _ = try meeting.provider.commit(
            visit: Meeting.visit, pairing: commit.pairing, commit: commit.commit)
        meeting.provider.see(4, key: PageKey().publicKey)
        let other = [UInt8](repeating: 9, count: 32)
        #expect(
            try meeting.provider.commit(visit: 4, pairing: commit.pairing, commit: other).isNothing)
        #expect(
            try meeting.provider.commit(
                visit: Meeting.visit, pairing: commit.pairing, commit: other
            ).isNothing)
        meeting.provider.abort(Meeting.visit)
        #expect(
            try meeting.hand(.commit(session: 5, pairing: commit.pairing, commit: commit.commit))
                .isNothing)
    }

    @Test("Rule 4: an unfinished run ends when it has waited too long, a finished one does not")
    func unfinishedRunsEnd() throws {
        let meeting = Meeting()
        let commit = try meeting.claim().commands[0]
        _ = try meeting.hand(commit)
        #expect(meeting.provider.isUnfinished(Meeting.visit))
        meeting.provider.abort(Meeting.visit)
        #expect(!meeting.provider.isUnfinished(Meeting.visit))
        #expect(meeting.provider.abortedCount == 1)
        // The patient's page has waited too, and begins again.
        let outcome = try meeting.settle(meeting.patient.restart())
        #expect(outcome.provider.ciphers.count == 1)
        meeting.provider.abort(Meeting.visit)
        #expect(meeting.patient.restart().isNothing)
        #expect(meeting.provider.abortedCount == 1)
        #expect(meeting.provider.safety(Meeting.visit)?.code != nil)
    }

    @Test("Rule 4: a page that takes itself for paired with a run that was given up begins again")
    func givenUpRunsAreBegunAgain() throws {
        let meeting = Meeting()
        let offer = try meeting.hand(meeting.claim().commands[0]).commands[0]
        let wraps = try meeting.offer(offer)
        meeting.provider.abort(Meeting.visit)
        let asked = try meeting.hand(wraps.commands[0])
        #expect(asked.commands.offers.count == 1 && asked.commands[0] != offer)
        let outcome = try meeting.settle(meeting.offer(asked.commands[0]))
        #expect(outcome.provider.ciphers.count == 1 && meeting.patient.runCount == 2)
        #expect(meeting.patient.safety?.code == meeting.provider.safety(Meeting.visit)?.code)
    }

    @Test("Rule 5: nothing of the wrap enters the code")
    func wrapsDoNotEnterTheCode() throws {
        let meeting = Meeting()
        let offer = try meeting.hand(meeting.claim().commands[0]).commands[0]
        _ = try meeting.offer(offer)
        let code = meeting.patient.safety?.code
        // Another conversation: another secret, another ephemeral key.
        let outcome = try meeting.settle(meeting.claim(8, epoch: 1), epochs: [8: 1])
        #expect(outcome.provider.ciphers.count == 1)
        #expect(meeting.patient.safety?.code == code)
        #expect(meeting.provider.safety(Meeting.visit)?.code == code)
    }

    @Test("Rule 6: after a lost socket the last messages come again, byte for byte")
    func lastMessagesAreRepeated() throws {
        let meeting = Meeting()
        let outcome = try meeting.settle(meeting.claim())
        let second = try meeting.settle(meeting.claim(8, epoch: 1), epochs: [8: 1])
        #expect(try meeting.claim(7, epoch: 0).commands.wraps == outcome.patient.commands.wraps)
        #expect(
            try meeting.claim(8, epoch: 1).commands.wraps == second.patient.commands.wraps)
    }

    @Test("Rule 7: a patient's page shows no code after eight runs, and still pairs")
    func patientsRunsAreLimited() throws {
        let meeting = Meeting()
        try meeting.pair()
        for run in 2...9 {
            let session = UInt32(run + 100)
            var outcome = try meeting.claim(UInt32(run), epoch: 0, session: session)
            let offer = try meeting.hand(outcome.commands[0]).commands[0]
            outcome = try meeting.offer(offer, session: session)
            #expect(outcome.ciphers.count == 1)
            #expect((meeting.patient.safety?.code != nil) == (run <= PatientPairing.mostRuns))
            #expect(meeting.patient.isBeyondLimit == (run > PatientPairing.mostRuns))
        }
    }

    @Test("Rule 7: a provider's page shows no code after twenty aborted runs, and still pairs")
    func providersAbortedRunsAreLimited() throws {
        let meeting = Meeting()
        for count in 1...21 {
            let commit = try meeting.claim(session: UInt32(count + 100)).commands[0]
            _ = try meeting.hand(commit)
            meeting.provider.abort(Meeting.visit)
            #expect(meeting.provider.abortedCount == count)
            #expect(meeting.provider.isBeyondLimit == (count > ProviderPairings.mostAborted))
        }
        let outcome = try meeting.settle(meeting.claim())
        #expect(outcome.provider.ciphers.count == 1)
        #expect(meeting.provider.safety(Meeting.visit)?.code == nil)
    }

    @Test("A provider's page is not asked for more pairings than it can remember")
    func pairingsAreBounded() throws {
        let meeting = Meeting()
        var random = SplitMix(seed: 1)
        for _ in 0..<ProviderPairings.mostPairings {
            _ = try meeting.provider.commit(
                visit: Meeting.visit, pairing: random.bytes(16), commit: random.bytes(32))
        }
        #expect(throws: CipherError.limit) {
            try meeting.provider.commit(
                visit: Meeting.visit, pairing: random.bytes(16), commit: random.bytes(32))
        }
    }
}
