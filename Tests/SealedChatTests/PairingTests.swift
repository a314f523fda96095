import Testing

@testable import SealedChat

@Suite("Pairing")
struct PairingTests {
    @Test("Each conversation of a pairing has its own secret under the same code")
    func conversationsHaveTheirOwnSecrets() throws {
        let meeting = Meeting()
        let first = try meeting.pair()
        meeting.patient.forget(7)
        #expect(first.patient.isErased && !first.provider.isErased)
        let outcome = try meeting.settle(meeting.claim(8, epoch: 1), epochs: [8: 1])
        let (patient, provider) = (
            outcome.patient.ciphers[0].cipher, outcome.provider.ciphers[0].cipher
        )
        #expect(patient.epoch == 1 && provider.epoch == 1)
        #expect(patient.check == provider.check && patient.check != first.patient.check)
        #expect(meeting.patient.runCount == 1)
    }

    @Test("An epoch that is not above the last is refused")
    func epochsAscend() throws {
        let meeting = Meeting()
        _ = try meeting.settle(meeting.claim(7, epoch: 3), epochs: [7: 3])
        for epoch: UInt16 in [0, 2, 3] {
            #expect(throws: CipherError.epoch) { try meeting.claim(8, epoch: epoch) }
        }
        #expect(throws: CipherError.epoch) { try meeting.claim(7, epoch: 4) }
        #expect(try meeting.claim(8, epoch: 4).commands.wraps.count == 1)
    }

    @Test("A conversation that comes before the offer gets its secret with the offer")
    func earlyConversationsWait() throws {
        let meeting = Meeting()
        let first = try meeting.claim(7, epoch: 0)
        let second = try meeting.claim(8, epoch: 1)
        #expect(second.commands == first.commands)
        let offer = try meeting.hand(first.commands[0]).commands[0]
        let outcome = try meeting.offer(offer)
        #expect(outcome.commands.wraps.map(\.conversation) == [7, 8])
    }

    @Test("A wrap that came already is ignored in silence")
    func repeatedWrapsAreIgnored() throws {
        let meeting = Meeting()
        let outcome = try meeting.settle(meeting.claim())
        let wrap = try #require(outcome.patient.commands.wraps.first)
        #expect(meeting.provider.wrap(wrap, visit: Meeting.visit, epoch: 0).isNothing)
        #expect(!outcome.provider.ciphers[0].cipher.isErased)
        #expect(meeting.provider.wrap(wrap, visit: 99, epoch: 0).isNothing, "no such row")
    }

    @Test(
        "A wrap that does not fit ends the run",
        arguments: [
            ("commit", CipherError.commit), ("nonce", .commit), ("short nonce", .commit),
            ("check", .tag), ("sealed", .tag), ("short", .length), ("last", .epoch),
            ("epoch", .epoch), ("another secret", .check),
        ])
    func badWrapsAbort(what: String, error: CipherError) throws {
        let meeting = Meeting()
        let commit = try meeting.claim().commands[0]
        let offer = try meeting.hand(commit).commands[0]
        var wrap = try #require(meeting.offer(offer).commands.wraps.first)
        switch what {
        case "commit": wrap.commit = wrap.commit.flipped(bit: 0)
        case "nonce": wrap.nonce = wrap.nonce.flipped(bit: 0)
        case "short nonce": wrap.nonce.removeLast()
        case "check": wrap.check = wrap.check.flipped(bit: 0)
        case "sealed": wrap.sealed = wrap.sealed.flipped(bit: 8 * 70)
        case "short": wrap.sealed.removeLast()
        case "last": wrap.last = 1
        case "epoch": (wrap.first, wrap.last) = (1, 1)
        default: wrap = try meeting.wrapOfAnotherSecret(wrap, commit: commit, offer: offer)
        }
        let outcome = meeting.provider.wrap(wrap, visit: Meeting.visit, epoch: 0)
        #expect(outcome.failed == error && outcome.ciphers.isEmpty)
        #expect(!meeting.provider.isUnfinished(Meeting.visit))
        #expect(meeting.provider.abortedCount == 1)
    }

    @Test("The row's key counts, whatever was said before")
    func rowsAreTheirKeys() throws {
        let meeting = Meeting()
        let offer = try meeting.hand(meeting.claim().commands[0]).commands[0]
        let wrap = try meeting.offer(offer).commands[0]
        // The relay shows another key under the same visit: another page, no run.
        meeting.provider.see(Meeting.visit, key: PageKey().publicKey)
        #expect(meeting.provider.abortedCount == 1)
        #expect(try meeting.hand(wrap).ciphers.isEmpty)
        // The same key again is the same row.
        let other = Meeting(seed: 2)
        let cipher = try other.pair().provider
        other.provider.see(Meeting.visit, key: other.patientKey.publicKey)
        #expect(other.provider.safety(Meeting.visit)?.code != nil && !cipher.isErased)
    }

    @Test("Keys that died after they were used come back in no later run")
    func usedKeysAreBrokenForGood() throws {
        let meeting = Meeting()
        let (patient, provider) = try meeting.pair()
        let frame = try patient.seal(.text("Hello"), conversation: 7)
        _ = try provider.open(passedOn(frame, sequence: 1))
        let hash = try #require(meeting.claim().commands.wraps.first?.commit)
        let again = try meeting.patient.offer(
            session: Meeting.session, commit: hash, nonce: Array(repeating: 1, count: 32))
        #expect(again.broken == [7] && again.unkeyed.isEmpty)
        let outcome = try meeting.settle(again)
        #expect(outcome.patient.ciphers.isEmpty && outcome.patient.commands.wraps.isEmpty)
        #expect(outcome.provider.broken == [7] && outcome.provider.ciphers.isEmpty)
        // The next conversation is a new one.
        let next = try meeting.settle(meeting.claim(8, epoch: 1), epochs: [8: 1])
        #expect(next.patient.ciphers.count == 1 && next.provider.ciphers.count == 1)
    }

    @Test("Keys that died unused are made anew in the next run")
    func unusedKeysAreMadeAnew() throws {
        let meeting = Meeting()
        let former = try meeting.pair()
        let hash = try #require(meeting.claim().commands.wraps.first?.commit)
        let again = try meeting.patient.offer(
            session: Meeting.session, commit: hash, nonce: Array(repeating: 1, count: 32))
        let outcome = try meeting.settle(again)
        #expect(outcome.patient.ciphers.map(\.conversation) == [7])
        #expect(outcome.provider.ciphers.map(\.conversation) == [7])
        #expect(former.patient.isErased && former.provider.isErased)
        #expect(outcome.patient.ciphers[0].cipher.check != former.patient.check)
    }

    @Test("Only a press on this page moves its comparison; a new run begins without one")
    func comparisonsAreEachPagesOwn() throws {
        let meeting = Meeting()
        try meeting.pair()
        meeting.patient.hear(matches: true)
        #expect(meeting.patient.safety?.comparison == .notCompared)
        #expect(meeting.patient.safety?.theirs == .compared)
        meeting.patient.compare(matches: true)
        #expect(meeting.patient.safety?.comparison == .compared)
        #expect(meeting.provider.safety(Meeting.visit)?.comparison == .notCompared)
        _ = try meeting.claim(9, epoch: 0, session: 6)
        #expect(meeting.patient.safety?.comparison == .notCompared)
        #expect(meeting.patient.safety?.theirs == nil)
    }

    @Test("A page that saw different codes begins nothing by itself any more")
    func differentStopsEverything() throws {
        let meeting = Meeting()
        try meeting.pair()
        meeting.patient.compare(matches: false)
        meeting.provider.compare(Meeting.visit, matches: false)
        #expect(try meeting.claim(8, epoch: 1).isNothing)
        #expect(try meeting.claim(8, epoch: 0, session: 6).isNothing)
        #expect(meeting.patient.restart().isNothing)
        #expect(
            try meeting.provider.commit(
                visit: Meeting.visit, pairing: Array(repeating: 1, count: 16),
                commit: Array(repeating: 1, count: 32)
            ).isNothing)
    }

    @Test("Parts of another length are refused")
    func lengthsAreExact() throws {
        let meeting = Meeting()
        let hash = try #require(meeting.claim().commands.commits.first?.commit)
        let nonce = [UInt8](repeating: 1, count: 32)
        for (commit, nonce) in [(hash.dropLast(), nonce[...]), (hash[...], nonce.dropFirst())] {
            #expect(throws: CipherError.length) {
                try meeting.patient.offer(
                    session: Meeting.session, commit: Array(commit), nonce: Array(nonce))
            }
        }
        for (pairing, commit) in [(15, 32), (17, 32), (16, 31), (16, 33), (0, 0)] {
            #expect(throws: CipherError.length) {
                try meeting.provider.commit(
                    visit: Meeting.visit, pairing: Array(repeating: 1, count: pairing),
                    commit: Array(repeating: 1, count: commit))
            }
        }
    }
}

extension Meeting {
    /// A wrap whose seal is right, for a secret that is not the one promised in `check`.
    fileprivate func wrapOfAnotherSecret(
        _ wrap: Wrap, commit: PairingCommand, offer: PairingCommand
    ) throws -> Wrap {
        let id = try #require([commit].commits.first?.pairing)
        let pairing = try Pairing(
            id: id, patient: patientKey.publicKey, provider: providerKey.publicKey,
            patientNonce: wrap.nonce, providerNonce: #require([offer].offers.first),
            own: patientKey)
        let secret = try ConversationSecret(Array(repeating: 5, count: 32))
        var wrap = wrap
        wrap.sealed = try pairing.wrap(secret, epoch: 0, check: wrap.check, by: patientKey)
        return wrap
    }
}
