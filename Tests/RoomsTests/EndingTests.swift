import RelayTesting
import Rooms
import Testing

@Suite("Ending")
struct EndingTests {
    @Test("End chat: the visit stays in the queue with a new, empty chat")
    func endChat() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.cut()
        scene.endChat("Ada")
        #expect(
            scene.transcript == """
                Ada ← chat Ada ended
                Rivera ← chat Ada ended
                Ada ← chat Ada/2 waiting
                Rivera ← chat Ada/2 waiting
                Rivera ← row Ada: here, yours, chat Ada/2
                """)
        scene.cut()
        scene.write("Ada", in: "Ada/2")
        #expect(
            scene.transcript == """
                Ada ← accepted 1 of Ada/2
                Rivera ← message 1 of Ada/2
                Rivera ← unread 1 of Ada/2
                """)
        #expect(scene.held("Ada") == 1)
    }

    @Test("An ended chat and a new one of the same patient do not erase one another")
    func theSamePatientsChatsLeaveOneAnotherAlone() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.open("Ada")
        scene.see("Rivera", in: "Ada")
        scene.endChat("Ada")
        scene.cut()
        scene.open("Ada")
        scene.startCall("Ada")
        scene.show("Ada")
        #expect(!scene.transcript.contains("erase"))
        #expect(scene.held("Ada") == 1)
    }

    @Test("Only a chat of the queue can be ended, and once")
    func onlyAChatOfTheQueue() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.endChat("Ada")
        scene.cut()
        scene.endChat("Ada")
        #expect(scene.transcript == "Rivera ← refused endChat (notAllowed)")
        scene.startCall("Ben")
        scene.cut()
        scene.endChat("Ben")
        #expect(scene.transcript == "Rivera ← refused endChat (notAllowed)")
    }

    @Test("A patient leaves: the chat has ended, the page is told and let go")
    func leaving() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.cut()
        scene.leave("Ada")
        #expect(
            scene.transcript == """
                Ada ← chat Ada ended
                Rivera ← chat Ada ended
                Ada ← no position
                Rivera ← visit of Ada over (left)
                Ada ← visit over (left)
                Ada ✕ visitOver
                Ben ← position 1
                """)
    }

    @Test("A chat in which nobody wrote and that no box shows is withdrawn without a trace")
    func anEmptyChatIsWithdrawn() {
        var scene = Scene(waiting: "Ada")
        scene.leave("Ada")
        #expect(
            scene.transcript == """
                Rivera ← withdrawn Ada
                Ada ← no position
                Rivera ← visit of Ada over (left)
                Ada ← visit over (left)
                Ada ✕ visitOver
                """)
    }

    @Test("An empty chat in the box ends instead: the provider sees that the patient left")
    func anEmptyChatInTheBoxEnds() {
        var scene = Scene(waiting: "Ada")
        scene.open("Ada")
        scene.cut()
        scene.leave("Ada")
        #expect(
            scene.transcript == """
                Ada ← chat Ada ended
                Rivera ← chat Ada ended
                Ada ← no position
                Rivera ← visit of Ada over (left)
                Ada ← visit over (left)
                Ada ✕ visitOver
                """)
    }

    @Test("After the patient left, sending is impossible and says so (F12)")
    func sendingAfterThePatientLeft() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.leave("Ada")
        scene.cut()
        scene.write("Rivera", in: "Ada")
        scene.type("Rivera", in: "Ada")
        #expect(scene.transcript == "Rivera ← refused message 1 of Ada (ended)")
    }

    @Test("Nobody types in a chat that has ended")
    func nobodyTypesInAnEndedChat() {
        var scene = Scene(waiting: "Ada")
        scene.endChat("Ada")
        scene.cut()
        scene.type("Ada", in: "Ada")
        scene.type("Rivera", in: "Ada")
        #expect(scene.transcript == "")
    }

    @Test("A patient is removed: told, out of the queue, and told again of the erasure")
    func removing() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.cut()
        scene.remove("Ada")
        #expect(
            scene.transcript == """
                Ada ← chat Ada ended
                Rivera ← chat Ada ended
                Ada ← no position
                Rivera ← visit of Ada over (removed)
                Ada ← visit over (removed)
                Ben ← position 1
                """)
        scene.cut()
        scene.open("Ben")
        #expect(
            scene.transcript == """
                Rivera ← box open Ben
                relay erases Ada (viewedOther)
                Rivera ← erased Ada (viewedOther)
                Ada ← erased Ada (viewedOther)
                Ada ✕ visitOver
                """)
    }

    @Test("A finished patient may leave before the erasure, or be lost without a grace")
    func aFinishedPatientGoes() {
        var scene = Scene(waiting: "Ada", "Ben")
        for name in ["Ada", "Ben"] {
            scene.write(name, in: name)
            scene.remove(name)
        }
        scene.cut()
        scene.leave("Ada")
        scene.drop("Ben")
        #expect(scene.transcript == "Ada ✕ visitOver")
        #expect(scene.room.counts.visits == 0)
        #expect(scene.held("Ada") == 1)
    }

    @Test("A page that comes back to a visit that is over is told so")
    func comingBackToAVisitThatIsOver() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.remove("Ada")
        scene.cut()
        scene.reconnect("Ada")
        #expect(
            scene.transcript == """
                Ada ✕ displaced
                Ada ✕ visitOver
                """)
        #expect(scene.room.counts.visits == 0)
    }

    @Test("A visit that is over hears no more commands")
    func aVisitThatIsOverHearsNothing() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.remove("Ada")
        scene.cut()
        scene.sendCard("Ada", for: "Rivera")
        scene.keepPending("Ada", 3)
        scene.hide("Ada")
        scene.showRejoinCode("Ada")
        #expect(scene.transcript == "")
        #expect(scene.shell.cards.isEmpty)
    }

    @Test("Nobody's visit can be removed by anybody on duty")
    func nobodysVisitIsRemoved() {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada"])
        scene.remove("Ada", by: "Lee")
        #expect(
            scene.transcript == """
                Ada ← no position
                Rivera ← visit of Ada over (removed)
                Lee ← visit of Ada over (removed)
                Ada ← visit over (removed)
                Ada ✕ visitOver
                """)
    }

    @Test("What is gone cannot be opened, called or removed")
    func whatIsGone() {
        var scene = Scene(waiting: "Ada")
        let ada = scene.visit("Ada")
        scene.leave("Ada")
        scene.cut()
        scene.command("Rivera", .openChat(ada))
        scene.command("Rivera", .startCall(ada, ends: nil))
        scene.command("Rivera", .removeVisit(ada))
        #expect(
            scene.transcript == """
                Rivera ← refused openChat (visitGone)
                Rivera ← refused startCall (visitGone)
                Rivera ← refused removeVisit (visitGone)
                """)
    }

    @Test("A visit that is over and whose chat is still there is gone, for every command")
    func aVisitThatIsOver() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.remove("Ada")
        #expect(scene.held("Ada") == 1)
        scene.cut()
        scene.open("Ada")
        scene.startCall("Ada")
        scene.remove("Ada")
        #expect(
            scene.transcript == """
                Rivera ← refused openChat (visitGone)
                Rivera ← refused startCall (visitGone)
                Rivera ← refused removeVisit (visitGone)
                """)
    }

    @Test("A page whose visit is over stays until it was told of every erasure")
    func toldOfEvery() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.endChat("Ada")
        scene.write("Ada", in: "Ada/2")
        scene.remove("Ada")
        scene.slowTheHost()
        scene.wipe()
        scene.cut()
        scene.answerErasures()
        #expect(
            scene.transcript(of: "Ada") == """
                Ada ← erased Ada (wiped)
                Ada ← erased Ada/2 (wiped)
                Ada ✕ visitOver
                """)
    }

    @Test("A page whose visit is over hears nothing of who comes and goes on duty")
    func nothingOfDuty() {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada"])
        scene.open("Ada", by: "Rivera")
        scene.write("Ada", in: "Ada")
        scene.remove("Ada", by: "Rivera")
        scene.cut()
        scene.command("Lee", .signOut)
        scene.signIn("Lee")
        #expect(scene.transcript(of: "Ada") == "")
    }

    @Test("Every visit and every session that begins and ends is recorded once")
    func recorded() {
        var scene = Scene(onDuty: ["Rivera"])
        scene.checkIn("Ada")
        scene.leave("Ada")
        scene.command("Rivera", .signOut)
        #expect(
            scene.shell.facts == [
                .sessionBegan, .visitBegan, .visitEnded(.left), .sessionEnded(.refreshed),
            ])
    }

    @Test("A page whose visit is over and that goes away sets no deadline")
    func noDeadline() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.remove("Ada")
        scene.drop("Ada")
        #expect(scene.room.nextDeadline?.seconds == 4 * 3600 - 600)
    }
}
