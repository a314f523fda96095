import RelayTesting
import Rooms
import Testing

/// Which provider session a visit belongs to.
@Suite("Belonging")
struct BelongingTests {
    @Test("With one provider on duty, a new visit is theirs at once")
    func withOneProvider() {
        var scene = Scene(onDuty: ["Rivera"])
        scene.checkIn("Ada")
        #expect(
            scene.transcript == """
                Ada ← checked in
                Ada ← on duty Rivera
                Rivera ← row Ada: here, nobody's
                Ada ← chat Ada waiting
                Rivera ← chat Ada waiting
                Rivera ← row Ada: here, yours, chat Ada
                Ada ← position 1
                Ada ← Rivera is available
                """)
    }

    @Test("The first provider who comes on duty gets everybody who waits")
    func theFirstProviderGetsEverybody() {
        var scene = Scene(onDuty: [], waiting: ["Ada", "Ben"])
        scene.signIn("Rivera")
        #expect(
            scene.transcript == """
                Ada ← on duty Rivera
                Ben ← on duty Rivera
                Rivera ← signed in
                Rivera ← row Ada: here, nobody's
                Rivera ← row Ben: here, nobody's
                Rivera ← box none
                Rivera ← ready
                Ada ← chat Ada waiting
                Rivera ← chat Ada waiting
                Rivera ← row Ada: here, yours, chat Ada
                Ben ← chat Ben waiting
                Rivera ← chat Ben waiting
                Rivera ← row Ben: here, yours, chat Ben
                Ada ← Rivera is available
                Ben ← Rivera is available
                """)
    }

    @Test("With two providers on duty, a new visit is nobody's")
    func withTwoProviders() {
        var scene = Scene(onDuty: ["Rivera", "Lee"])
        scene.checkIn("Ada")
        #expect(
            scene.transcript == """
                Ada ← checked in
                Ada ← on duty Rivera
                Ada ← on duty Lee
                Rivera ← row Ada: here, nobody's
                Lee ← row Ada: here, nobody's
                Ada ← position 1
                Ada ← provider: available
                """)
    }

    @Test("The first who opens the chat gets the visit; the other sees who has it")
    func theFirstWhoOpensGetsIt() {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada"])
        scene.open("Ada", by: "Lee")
        #expect(
            scene.transcript == """
                Ada ← chat Ada waiting
                Lee ← chat Ada waiting
                Rivera ← row Ada: here, with Lee
                Lee ← row Ada: here, yours, chat Ada
                Lee ← box open Ada
                Ada ← Lee is available
                """)
        scene.cut()
        scene.open("Ada", by: "Rivera")
        scene.startCall("Ada", by: "Rivera")
        scene.remove("Ada", by: "Rivera")
        #expect(
            scene.transcript == """
                Rivera ← refused openChat (taken)
                Rivera ← refused startCall (taken)
                Rivera ← refused removeVisit (taken)
                """)
    }

    @Test("Starting a call claims a visit too, in the same step")
    func startingACallClaims() {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada"])
        scene.startCall("Ada", by: "Rivera")
        #expect(
            scene.transcript == """
                Ada ← chat Ada waiting
                Rivera ← chat Ada waiting
                Rivera ← row Ada: here, yours, chat Ada
                Lee ← row Ada: here, with Rivera
                Ada ← chat Ada inCall
                Rivera ← chat Ada inCall
                Ada ← no position
                Rivera ← row Ada: here, yours, chat Ada, in call
                Lee ← row Ada: here, with Rivera, in call
                Ada ← Rivera is available
                """)
    }

    @Test("A colleague who comes later takes nothing away")
    func aColleagueTakesNothingAway() {
        var scene = Scene(waiting: "Ada")
        scene.signIn("Lee")
        #expect(
            scene.transcript == """
                Ada ← on duty Lee
                Lee ← signed in
                Lee ← row Ada: here, with Rivera
                Lee ← box none
                Lee ← ready
                """)
    }

    @Test("When a session ends, its visits are nobody's again, or the last colleague's")
    func whenASessionEnds() {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada", "Ben"])
        scene.open("Ada", by: "Rivera")
        scene.open("Ben", by: "Lee")
        scene.write("Ada", in: "Ada")
        scene.cut()
        scene.closeTab("Rivera")
        #expect(
            scene.transcript == """
                relay erases Ada (refreshed)
                Lee ← row Ada: here, nobody's
                Ada ← off duty Rivera
                Ben ← off duty Rivera
                Lee ← row Ada: here, yours
                Ada ← Lee is available
                Ada ← erased Ada (refreshed)
                Ada ← chat Ada/2 waiting
                Lee ← chat Ada/2 waiting
                Lee ← row Ada: here, yours, chat Ada/2
                """)
    }

    @Test("A console taken over by a press keeps its visits from the colleague's")
    func aTakenOverConsoleHandsNothingToTheColleague() {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada"])
        scene.open("Ada", by: "Rivera")
        scene.signIn("Rivera")
        scene.cut()
        scene.command("Rivera", .supersede)
        #expect(
            scene.transcript == """
                Rivera ✕ superseded
                relay erases Ada (refreshed)
                Lee ← row Ada: here, nobody's
                Ada ← off duty Rivera
                Ada ← on duty Rivera
                Rivera ← signed in
                Rivera ← row Ada: here, nobody's
                Rivera ← box none
                Rivera ← ready
                Ada ← provider: available
                Ada ← erased Ada (refreshed)
                Lee ← row Ada: here, nobody's
                Rivera ← row Ada: here, nobody's
                """)
        #expect(scene.row("Ada", of: "Lee")?.holder == .nobody)
    }

    @Test("Two sessions that end at once hand nothing to one another")
    func twoSessionsEndAtOnce() {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada"])
        scene.open("Ada", by: "Rivera")
        scene.cut()
        scene.happen(.keyRemoved(SignInKeyID(0)))
        #expect(
            scene.transcript == """
                relay erases Ada (refreshed)
                Lee ← row Ada: here, nobody's
                Ada ← off duty Rivera
                Rivera ✕ signInRefused
                Ada ← off duty Lee
                Lee ✕ signInRefused
                Ada ← provider: nobody
                Ada ← erased Ada (refreshed)
                """)
    }

    @Test("Nobody claims a visit while the host still wipes its former chat")
    func nobodyClaimsWhileTheHostWipes() {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada", "Ben"])
        scene.open("Ada", by: "Rivera")
        scene.signIn("Rivera")
        scene.slowTheHost()
        scene.command("Rivera", .supersede)
        scene.cut()
        scene.open("Ada", by: "Lee")
        #expect(scene.transcript == "Lee ← refused openChat (notAllowed)")
        #expect(scene.row("Ada", of: "Lee")?.holder == .nobody)
        scene.answerErasures()
        scene.cut()
        scene.open("Ada", by: "Lee")
        #expect(
            scene.transcript(of: "Ada") == """
                Ada ← chat Ada/2 waiting
                Ada ← Lee is available
                """)
    }

    @Test("A full session claims nothing, so that a colleague can")
    func aFullSessionClaimsNothing() {
        var limits = Limits()
        limits.conversationsPerSession = 1
        var scene = Scene(
            onDuty: ["Rivera", "Lee"], waiting: ["Ada", "Ben"], limits: limits)
        scene.open("Ada", by: "Rivera")
        scene.cut()
        scene.open("Ben", by: "Rivera")
        #expect(scene.transcript == "Rivera ← refused openChat (sessionFull)")
        scene.cut()
        scene.open("Ben", by: "Lee")
        #expect(
            scene.transcript == """
                Ben ← chat Ben waiting
                Lee ← chat Ben waiting
                Rivera ← row Ben: here, with Lee
                Lee ← row Ben: here, yours, chat Ben
                Lee ← box open Ben
                Ben ← Lee is available
                """)
    }

    @Test("A visit without a chat in a full session gets one as soon as there is room")
    func roomIsGivenToWhoWaitsForIt() {
        var limits = Limits()
        limits.conversationsPerSession = 2
        var scene = Scene(waiting: "Ada", "Ben", "Cy", limits: limits)
        scene.write("Ada", in: "Ada")
        scene.leave("Ada")
        #expect(scene.page("Cy").chats.isEmpty)
        scene.cut()
        scene.close("Ada")
        #expect(
            scene.transcript == """
                relay erases Ada (closed)
                Rivera ← erased Ada (closed)
                Cy ← chat Cy waiting
                Rivera ← chat Cy waiting
                Rivera ← row Cy: here, yours, chat Cy
                """)
    }

    @Test("Pending messages are counted, never held, until a provider is there (F53)")
    func pendingIsCounted() {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada"])
        scene.keepPending("Ada", 2)
        #expect(
            scene.transcript == """
                Rivera ← row Ada: here, nobody's, 2 pending
                Lee ← row Ada: here, nobody's, 2 pending
                """)
        scene.cut()
        scene.keepPending("Ada", 2)
        #expect(scene.transcript == "")
        #expect(scene.shell.heldMessages == 0)
    }
}
