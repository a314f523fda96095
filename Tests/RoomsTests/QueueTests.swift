import RelayTesting
import Rooms
import Testing

/// Positions, statuses, cards: what patients and providers see of one another while they wait.
@Suite("The queue")
struct QueueTests {
    // MARK: Positions

    @Test("Everybody behind moves up, and only they are told")
    func movingUp() {
        var scene = Scene(waiting: "Ada", "Ben", "Cy")
        scene.leave("Ben")
        #expect(scene.transcript(of: "Cy") == "Cy ← position 2")
        #expect(scene.transcript(of: "Ada") == "")
    }

    @Test("Called out of order, the others move up; back in the queue, they move down again")
    func outOfOrder() {
        var scene = Scene(waiting: "Ada", "Ben", "Cy")
        scene.startCall("Ben")
        #expect(scene.page("Cy").position == 2)
        #expect(scene.page("Ben").position == nil)
        scene.endCall("Ben", .queue)
        #expect(scene.page("Ben").position == 2)
        #expect(scene.page("Cy").position == 3)
    }

    @Test("A lost patient keeps the place")
    func aLostPatientKeepsThePlace() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.drop("Ada")
        #expect(scene.page("Ben").position == 2)
    }

    @Test("A room may hide positions")
    func hiddenPositions() {
        var policy = Policy()
        policy.showsPosition = false
        var scene = Scene(waiting: "Ada", "Ben", policy: policy)
        #expect(scene.page("Ada").position == nil)
        scene.leave("Ada")
        scene.drop("Ben")
        scene.reconnect("Ben")
        #expect(!scene.transcript.contains("position"))
    }

    // MARK: What patients see of the provider (F23)

    @Test("Available, away, closed: as the provider says")
    func asTheProviderSays() {
        var scene = Scene(waiting: "Ada")
        scene.setStatus(.away)
        scene.setStatus(.away)
        scene.setStatus(.closed)
        scene.setStatus(.available)
        #expect(
            scene.transcript == """
                Ada ← Rivera is away
                Ada ← Rivera is closed
                Ada ← Rivera is available
                """)
    }

    @Test("On another call: for everybody but the patient of the call")
    func onAnotherCall() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.startCall("Ada")
        #expect(scene.page("Ada").status == .available)
        #expect(scene.page("Ben").status == .onAnotherCall)
        scene.endCall("Ada", .finish)
        #expect(scene.page("Ben").status == .available)
    }

    @Test("Reconnecting: while the socket is lost, whatever else is true")
    func reconnecting() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.startCall("Ada")
        scene.drop("Rivera")
        #expect(scene.page("Ada").status == .reconnecting)
        #expect(scene.page("Ben").status == .reconnecting)
    }

    @Test("Nobody is here: nobody is on duty")
    func nobodyIsHere() {
        var scene = Scene(onDuty: [], waiting: ["Ada"])
        #expect(scene.page("Ada").status == .nobody)
        #expect(scene.page("Ada").statusOf == nil)
        scene.signIn("Rivera")
        #expect(scene.page("Ada").status == .available)
        #expect(scene.page("Ada").statusOf == ProviderID(0))
    }

    @Test("Nobody's patient sees the best of all on duty, without a name")
    func theBestOfAll() {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada", "Ben"])
        #expect(scene.page("Ada").statusOf == nil)
        scene.startCall("Ben", by: "Rivera")
        #expect(scene.page("Ada").status == .available)
        scene.setStatus(.away, of: "Lee")
        #expect(scene.page("Ada").status == .onAnotherCall)
        scene.endCall("Ben", .finish, by: "Rivera")
        scene.setStatus(.closed, of: "Rivera")
        #expect(scene.page("Ada").status == .away)
        scene.drop("Lee")
        #expect(scene.page("Ada").status == .reconnecting)
    }

    @Test("A claimed patient sees their own provider, by name")
    func theirOwnProvider() {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada", "Ben"])
        scene.open("Ada", by: "Lee")
        scene.setStatus(.away, of: "Lee")
        #expect(scene.page("Ada").status == .away)
        #expect(scene.page("Ada").statusOf == ProviderID(1))
        #expect(scene.page("Ben").status == .available)
    }

    // MARK: Cards

    @Test("A card goes to the session that it is for, and to no other")
    func aCard() {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada"])
        scene.sendCard("Ada", for: "Lee")
        #expect(scene.transcript == "Lee ← card 1 of Ada")
    }

    @Test("The newest revision replaces the former one; an older or equal one is ignored")
    func revisions() {
        var scene = Scene(waiting: "Ada")
        for revision in [2, 1, 2, 3] as [UInt32] {
            scene.sendCard("Ada", for: "Rivera", revision: revision)
        }
        #expect(
            scene.transcript == """
                Rivera ← card 2 of Ada
                Rivera ← card 3 of Ada
                """)
        #expect(scene.shell.cards.values.sorted() == [3])
    }

    @Test("A card waits for a console whose socket is lost")
    func aCardWaits() {
        var scene = Scene(waiting: "Ada")
        scene.drop("Rivera")
        scene.sendCard("Ada", for: "Rivera")
        scene.cut()
        scene.reconnect("Rivera")
        #expect(scene.transcript.contains("Rivera ← card 1 of Ada"))
    }

    @Test("A card for a session that has ended is dropped; one that was kept is wiped with it")
    func cardsOfASession() {
        var scene = Scene(waiting: "Ada")
        let session = scene.session("Rivera")
        scene.sendCard("Ada", for: "Rivera")
        scene.closeTab("Rivera")
        #expect(scene.shell.cards.isEmpty)
        scene.command("Ada", .card(session: session, revision: 2))
        #expect(scene.shell.cards.isEmpty)
    }

    @Test(
        "Cards are wiped when their patient leaves", arguments: ["leaves", "is removed", "is lost"])
    func cardsOfAPatient(who: String) {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada"])
        scene.sendCard("Ada", for: "Rivera")
        scene.sendCard("Ada", for: "Lee")
        switch who {
        case "leaves": scene.leave("Ada")
        case "is removed": scene.remove("Ada")
        default:
            scene.drop("Ada")
            scene.wait(.seconds(120))
        }
        #expect(scene.shell.cards.isEmpty)
    }

    @Test("Nobody's patient sees closed when all on duty have closed")
    func allClosed() {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada"])
        scene.setStatus(.closed, of: "Rivera")
        scene.setStatus(.closed, of: "Lee")
        #expect(scene.page("Ada").status == .closed)
    }
}
