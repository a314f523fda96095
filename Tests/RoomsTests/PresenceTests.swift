import RelayTesting
import Rooms
import Testing

/// D7: a patient's socket goes away and comes back.
@Suite("A patient's presence")
struct PresenceTests {
    @Test(
        "A lost socket and a goodbye are the same blip: the place is kept",
        arguments: [true, false])
    func aBlip(saysGoodbye: Bool) {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.cut()
        if saysGoodbye { scene.closeTab("Ada") } else { scene.drop("Ada") }
        #expect(
            scene.transcript == """
                Rivera ← row Ada: reconnecting, yours, chat Ada
                """)
        #expect(scene.page("Ben").position == 2)
        #expect(scene.held("Ada") == 1)
    }

    @Test("The same page on a new socket lost nothing")
    func theSamePageLostNothing() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.drop("Ada")
        scene.write("Rivera", in: "Ada")
        scene.cut()
        scene.reconnect("Ada")
        #expect(
            scene.transcript == """
                Ada ← checked in again
                Ada ← on duty Rivera
                Ada ← chat Ada waiting
                Ada ← message 2 of Ada
                Ada ← unread 1 of Ada
                Rivera ← row Ada: here, yours, chat Ada
                Ada ← position 1
                Ada ← Rivera is available
                """)
    }

    @Test("After two minutes the visit is over, and its chat has ended")
    func afterTwoMinutes() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.drop("Ada")
        scene.wait(.milliseconds(119_999))
        #expect(scene.row("Ada") != nil)
        scene.cut()
        scene.wait(.milliseconds(1))
        #expect(
            scene.transcript == """
                Rivera ← chat Ada ended
                Rivera ← visit of Ada over (lost)
                Ben ← position 1
                """)
        scene.cut()
        scene.reconnect("Ada")
        #expect(scene.transcript == "Ada ✕ unknownVisit")
    }

    @Test("Once the rejoin code was shown: left the page after two minutes, over after ten")
    func afterTheCodeWasShown() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.showRejoinCode("Ada")
        scene.drop("Ada")
        scene.cut()
        scene.wait(.seconds(120))
        #expect(scene.transcript == "Rivera ← row Ada: leftPage, yours, chat Ada")
        #expect(scene.row("Ada")?.since.seconds == 0)
        scene.wait(.milliseconds(479_999))
        #expect(scene.row("Ada") != nil)
        scene.cut()
        scene.wait(.milliseconds(1))
        #expect(
            scene.transcript == """
                Rivera ← chat Ada ended
                Rivera ← visit of Ada over (lost)
                """)
    }

    @Test("A page that comes back after a while is simply here again")
    func backAfterAWhile() {
        var scene = Scene(waiting: "Ada")
        scene.showRejoinCode("Ada")
        scene.drop("Ada")
        scene.wait(.seconds(300))
        scene.reconnect("Ada")
        #expect(scene.row("Ada")?.presence == .here)
        scene.wait(.seconds(3_000))
        #expect(scene.row("Ada")?.presence == .here)
    }

    @Test("A second socket of the same page displaces the first")
    func aSecondSocket() {
        var scene = Scene(waiting: "Ada")
        scene.reconnect("Ada")
        #expect(
            scene.transcript == """
                Ada ✕ displaced
                Ada ← checked in again
                Ada ← on duty Rivera
                Ada ← chat Ada waiting
                Ada ← unread 0 of Ada
                Rivera ← row Ada: here, yours, chat Ada
                Ada ← position 1
                Ada ← Rivera is available
                """)
    }

    @Test("Whether the page is in front shows on the row, and only changes are told")
    func inFrontOrNot() {
        var scene = Scene(waiting: "Ada")
        scene.wait(.seconds(5))
        scene.hide("Ada")
        scene.hide("Ada")
        #expect(scene.transcript == "Rivera ← row Ada: background, yours, chat Ada")
        #expect(scene.row("Ada")?.since.seconds == 5)
        scene.cut()
        scene.comeBack("Ada")
        #expect(scene.transcript == "Rivera ← row Ada: here, yours, chat Ada")
    }

    @Test("A new check-in always starts empty (F35)")
    func aNewCheckInIsEmpty() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.leave("Ada")
        scene.cut()
        scene.checkIn("Ada")
        #expect(
            scene.transcript(of: "Ada") == """
                Ada ← checked in
                Ada ← on duty Rivera
                Ada ← chat Ada/2 waiting
                Ada ← position 1
                Ada ← Rivera is available
                """)
    }

    @Test("A page load without a secret that is known, but with something to resume, is refused")
    func resumingNothing() {
        var scene = Scene(waiting: "Ada")
        scene.checkIn("Ben", resume: [])
        #expect(scene.transcript == "Ben ✕ unknownVisit")
    }

    @Test("A page that was lost while a stop was announced is told when it comes back")
    func toldOfTheStopWhenItComesBack() {
        var scene = Scene(waiting: "Ada")
        scene.drop("Ada")
        scene.happen(.stopping(at: Instant(nanoseconds: 30_000_000_000)))
        scene.cut()
        scene.reconnect("Ada")
        #expect(scene.page("Ada").stoppingAt?.seconds == 30)
    }

    @Test("A page that was lost while it was called forgets the place that it showed")
    func lostWhileItWasCalled() {
        var scene = Scene(waiting: "Ada")
        #expect(scene.page("Ada").position == 1)
        scene.drop("Ada")
        scene.startCall("Ada")
        scene.cut()
        scene.reconnect("Ada")
        #expect(
            scene.transcript(of: "Ada") == """
                Ada ← checked in again
                Ada ← on duty Rivera
                Ada ← no position
                Ada ← chat Ada inCall
                Ada ← unread 0 of Ada
                Ada ← Rivera is available
                """)
    }
}
