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
}
