import RelayTesting
import Rooms
import Testing

/// D7: the rejoin code gives back the place in the queue, and nothing else.
@Suite("Rejoining")
struct RejoinTests {
    @Test("A refreshed page has its place again, a new code, an empty chat, and no earlier word")
    func aRefreshedPage() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        let code = scene.page("Ada").rejoin
        scene.closeTab("Ada")
        scene.cut()
        scene.rejoin("Ada")
        #expect(
            scene.transcript == """
                Rivera ← chat Ada ended
                Ada ← checked in
                Ada ← on duty Rivera
                Ada ← chat Ada/2 waiting
                Rivera ← chat Ada/2 waiting
                Rivera ← row Ada: here, yours, chat Ada/2, rejoined
                Ada ← position 1
                Ada ← Rivera is available
                """)
        #expect(scene.page("Ada").rejoin != code)
        #expect(scene.held("Ada") == 1)
    }

    @Test("An empty chat is withdrawn, not ended, when its patient rejoins")
    func anEmptyChatIsWithdrawn() {
        var scene = Scene(waiting: "Ada")
        scene.closeTab("Ada")
        scene.cut()
        scene.rejoin("Ada")
        #expect(
            scene.transcript(of: "Rivera") == """
                Rivera ← withdrawn Ada
                Rivera ← chat Ada/2 waiting
                Rivera ← row Ada: here, yours, chat Ada/2, rejoined
                """)
    }

    @Test("A code works once")
    func aCodeWorksOnce() {
        var scene = Scene(waiting: "Ada")
        let code = scene.page("Ada").rejoin
        scene.rejoin("Ada")
        scene.cut()
        scene.rejoin("Ada", code: code)
        #expect(scene.transcript == "Ada ✕ wrongCode")
    }

    @Test("It takes over a page that is still connected")
    func itTakesOverAConnectedPage() {
        var scene = Scene(waiting: "Ada")
        scene.cut()
        scene.rejoin("Ada")
        #expect(scene.transcript.hasPrefix("Ada ✕ displaced\n"))
        #expect(scene.room.counts.visits == 1)
    }

    @Test("The former page is unknown afterwards, and gets nothing of the new chat")
    func theFormerPageIsUnknown() {
        var scene = Scene(waiting: "Ada")
        let former = scene.page("Ada")
        scene.drop("Ada")
        scene.rejoin("Ada")
        scene.cut()
        let connection = ConnectionID(900)
        var effects: [Effect] = []
        var room = scene.room
        room.handle(
            .connected(
                connection,
                .patient(
                    PatientEntrance(
                        secret: former.secret, pageKey: former.pageKey,
                        resume: former.resumePoints, source: SourceID(1), entropy: 0))),
            at: Instant(nanoseconds: 0), into: &effects)
        #expect(effects == [.disconnect(connection, .unknownVisit)])
    }

    @Test("The time that the code buys starts anew: the new code must be shown again")
    func theNewCodeMustBeShown() {
        var scene = Scene(waiting: "Ada")
        scene.showRejoinCode("Ada")
        scene.closeTab("Ada")
        scene.rejoin("Ada")
        scene.drop("Ada")
        scene.wait(.seconds(120))
        #expect(scene.row("Ada") == nil)
    }

    @Test("A visit in a call stays in the call, with a new chat")
    func rejoiningACall() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.startCall("Ada")
        scene.closeTab("Ada")
        scene.cut()
        scene.rejoin("Ada")
        #expect(
            scene.transcript(of: "Ada") == """
                Ada ← checked in
                Ada ← on duty Rivera
                Ada ← no position
                Ada ← chat Ada/2 inCall
                Ada ← Rivera is available
                """)
    }

    @Test("The card is sent again: the old one is wiped with the page")
    func theCardIsWiped() {
        var scene = Scene(waiting: "Ada")
        scene.sendCard("Ada", for: "Rivera", revision: 7)
        scene.keepPending("Ada", 3)
        scene.rejoin("Ada")
        #expect(scene.shell.cards.isEmpty)
        #expect(scene.row("Ada")?.pending == 0)
        scene.cut()
        scene.sendCard("Ada", for: "Rivera", revision: 1)
        #expect(scene.transcript == "Rivera ← card 1 of Ada")
    }

    @Test("When the old chat is erased, the new page hears nothing of it")
    func theNewPageHearsNothing() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.rejoin("Ada")
        scene.cut()
        scene.close("Ada")
        #expect(
            scene.transcript == """
                relay erases Ada (closed)
                Rivera ← erased Ada (closed)
                Rivera ← row Ada: here, yours, chat Ada/2, rejoined
                """)
    }

    @Test("The code of a visit that is over is wrong")
    func theCodeOfAVisitThatIsOver() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        let code = scene.page("Ada").rejoin
        scene.remove("Ada")
        scene.cut()
        scene.rejoin("Ada", code: code)
        #expect(scene.transcript == "Ada ✕ wrongCode")
    }

    @Test("Pressure keeps nobody from their own place; a stop does")
    func whileTheRelayIsBusy() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.happen(.pressure(.full))
        scene.rejoin("Ada")
        #expect(scene.page("Ada").isCheckedIn)
        scene.happen(.stopping(at: Instant(nanoseconds: 0)))
        scene.rejoin("Ben")
        #expect(scene.page("Ben").closing == .stopping)
    }

    // MARK: Guessing

    private func wrong(_ scene: borrowing Scene) -> RejoinCode {
        RejoinCode(((scene.page("Ada").rejoin?.rawValue ?? 0) + 1) % (1 << 20))
    }

    @Test("Five wrong codes from one source, then even the right one is refused there")
    func fiveWrongCodes() {
        var scene = Scene(waiting: "Ada")
        let code = scene.page("Ada").rejoin
        let wrong = wrong(scene)
        for _ in 1...5 {
            scene.rejoin("Guesser", code: wrong, from: 7)
            #expect(scene.page("Guesser").closing == .wrongCode)
        }
        scene.rejoin("Guesser", code: code, from: 7)
        #expect(scene.page("Guesser").closing == .tooManyTries)
        scene.rejoin("Ada", code: code, from: 8)
        #expect(scene.page("Ada").isCheckedIn)
    }

    @Test("Wrong codes are forgotten after ten minutes")
    func wrongCodesAreForgotten() {
        var scene = Scene(waiting: "Ada")
        let wrong = wrong(scene)
        for _ in 1...5 { scene.rejoin("Guesser", code: wrong, from: 7) }
        scene.wait(.seconds(600))
        scene.rejoin("Guesser", code: scene.page("Ada").rejoin, from: 7)
        #expect(scene.page("Guesser").isCheckedIn)
    }

    @Test("Not sooner, when another deadline comes first")
    func anotherDeadline() {
        var scene = Scene(waiting: "Ada", "Ben")
        let wrong = wrong(scene)
        for _ in 1...5 { scene.rejoin("Guesser", code: wrong, from: 7) }
        scene.drop("Ben")
        scene.wait(.seconds(300))
        #expect(scene.row("Ben") == nil)
        scene.rejoin("Guesser", code: wrong, from: 7)
        #expect(scene.page("Guesser").closing == .tooManyTries)
    }

    @Test("When too many sources have guessed wrong, nobody may guess for a while")
    func tooManySources() {
        var limits = Limits()
        limits.sourcesWithWrongCodes = 2
        var scene = Scene(waiting: "Ada", limits: limits)
        let wrong = wrong(scene)
        scene.rejoin("Guesser", code: wrong, from: 7)
        scene.rejoin("Guesser", code: wrong, from: 8)
        scene.rejoin("Guesser", code: wrong, from: 9)
        #expect(scene.page("Guesser").closing == .tooManyTries)
        scene.rejoin("Guesser", code: wrong, from: 8)
        #expect(scene.page("Guesser").closing == .wrongCode)
    }

    @Test("No two visits have the same code, whatever the chance")
    func noTwoCodes() {
        var scene = Scene(onDuty: [])
        for number in 1...50 { scene.checkIn("Patient \(number)") }
        let codes = Set((1...50).map { scene.page("Patient \($0)").rejoin })
        #expect(codes.count == 50)
    }

    @Test("A code is the first 20 bits of SplitMix64, and the next ones when that is taken")
    func codes() {
        // The generator's published outputs for the seed 1234567.
        let outputs: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        ]
        var room = Room()
        var effects: [Effect] = []
        for number in 1...3 as ClosedRange<UInt64> {
            let entrance = PatientEntrance(
                secret: SecretID(number), pageKey: .numbered(1), source: SourceID(number),
                entropy: 1_234_567)
            room.handle(
                .connected(ConnectionID(number), .patient(entrance)),
                at: Instant(nanoseconds: 0), into: &effects)
        }
        let codes = effects.compactMap { effect in
            if case .notify(.checkedIn(_, let code), _) = effect { code } else { nil }
        }
        #expect(codes == outputs.map { RejoinCode(UInt32($0 >> 44)) })
    }

    /// Guesses without the room being woken in between.
    private func closings(_ guesses: [(seconds: UInt64, code: RejoinCode)]) -> [Closing] {
        var limits = Limits()
        limits.wrongCodesPerSource = 2
        var room = Room(limits: limits)
        var effects: [Effect] = []
        for (number, guess) in guesses.enumerated() {
            let entrance = PatientEntrance(
                secret: SecretID(UInt64(number)), pageKey: .numbered(1), rejoin: guess.code,
                source: SourceID(1), entropy: 1)
            room.handle(
                .connected(ConnectionID(UInt64(number)), .patient(entrance)),
                at: Instant(nanoseconds: guess.seconds * 1_000_000_000), into: &effects)
        }
        return effects.compactMap { effect in
            if case .disconnect(_, let closing) = effect { closing } else { nil }
        }
    }

    @Test("Wrong codes are forgotten after ten minutes even if nobody wakes the room")
    func wrongCodesWithoutAWake() {
        let code = RejoinCode(7)
        #expect(
            closings([(0, code), (0, code), (599, code), (600, code), (600, code), (601, code)])
                == [
                    .wrongCode, .wrongCode, .tooManyTries, .wrongCode, .wrongCode, .tooManyTries,
                ])
    }

    @Test("A page that took the place over is not told of the former page's erasure by name")
    func notByName() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        let former = scene.conversation("Ada")
        scene.rejoin("Ada")
        scene.close("Ada")
        scene.cut()
        scene.reconnect("Ada", resume: [ResumePoint(conversation: former, after: 0)])
        #expect(!scene.transcript.contains("erased"))
    }

    @Test("The new page is here, in front, since now; lost again, it reconnects at first")
    func theNewPageIsHere() {
        var scene = Scene(waiting: "Ada")
        scene.hide("Ada")
        scene.showRejoinCode("Ada")
        scene.drop("Ada")
        scene.wait(.seconds(140))
        #expect(scene.row("Ada")?.presence == .leftPage)
        scene.rejoin("Ada")
        #expect(scene.row("Ada")?.presence == .here)
        #expect(scene.row("Ada")?.since.seconds == 140)
        scene.drop("Ada")
        #expect(scene.row("Ada")?.presence == .reconnecting)
    }
}
