import RelayTesting
import Rooms
import Testing

@Suite("Stopping")
struct StoppingTests {
    private let inThirtySeconds = Instant(nanoseconds: 30_000_000_000)

    @Test("Announced: everybody is told, nobody new comes in, those who are there go on")
    func announced() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.happen(.stopping(at: inThirtySeconds))
        #expect(
            scene.transcript == """
                Rivera ← stopping at 30 s
                Ada ← stopping at 30 s
                Ben ← stopping at 30 s
                """)
        scene.cut()
        scene.checkIn("Cy")
        scene.signIn("Lee")
        #expect(
            scene.transcript == """
                Cy ✕ stopping
                Lee ✕ stopping
                """)
        scene.cut()
        scene.write("Ada", in: "Ada")
        #expect(scene.held("Ada") == 1)
    }

    @Test("A drain: everybody is told, no new patient comes in, providers do")
    func draining() {
        var scene = Scene(waiting: "Ada")
        scene.happen(.draining(until: inThirtySeconds))
        scene.cut()
        scene.checkIn("Cy")
        scene.signIn("Lee")
        #expect(scene.transcript.hasPrefix("Cy ✕ stopping\n"))
        #expect(scene.page("Lee").isReady)
        #expect(scene.page("Lee").stoppingAt == inThirtySeconds)
        scene.write("Ada", in: "Ada")
        #expect(scene.held("Ada") == 1)
    }

    @Test("A patient who takes their place over during a drain is told of it")
    func rejoiningWhileDraining() {
        var scene = Scene(waiting: "Ada")
        scene.happen(.draining(until: inThirtySeconds))
        scene.rejoin("Ada")
        #expect(scene.page("Ada").stoppingAt == inThirtySeconds)
    }

    @Test("A drain may be prolonged, and becomes a stop; a stop becomes no drain")
    func drainThenStop() {
        var scene = Scene(waiting: "Ada")
        scene.happen(.draining(until: inThirtySeconds))
        let later = Instant(nanoseconds: 60_000_000_000)
        scene.happen(.draining(until: later))
        #expect(scene.page("Ada").stoppingAt == later)
        scene.happen(.stopping(at: inThirtySeconds))
        scene.happen(.draining(until: later))
        #expect(scene.page("Ada").stoppingAt == inThirtySeconds)
        scene.cut()
        scene.signIn("Lee")
        #expect(scene.transcript == "Lee ✕ stopping")
    }

    @Test("A page that was lost may still come back")
    func aLostPageMayComeBack() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.drop("Rivera")
        scene.happen(.stopping(at: inThirtySeconds))
        scene.cut()
        scene.reconnect("Rivera")
        #expect(scene.page("Rivera").isReady)
        #expect(scene.page("Rivera").stoppingAt == inThirtySeconds)
    }

    @Test("A console that waits for a press is sent away: it would be new")
    func aWaitingConsoleIsSentAway() {
        var scene = Scene(waiting: "Ada")
        scene.signIn("Rivera")
        scene.cut()
        scene.happen(.stopping(at: inThirtySeconds))
        #expect(
            scene.transcript == """
                Rivera ✕ stopping
                Rivera ← stopping at 30 s
                Ada ← stopping at 30 s
                """)
    }

    @Test("Stopped: everything is erased, everybody told of it and then disconnected")
    func stopped() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.sendCard("Ada", for: "Rivera")
        scene.leave("Ben")
        scene.cut()
        scene.happen(.stopped)
        #expect(
            scene.transcript == """
                relay erases Ada (stopped)
                Rivera ← erased Ada (stopped)
                Ada ← erased Ada (stopped)
                Rivera ← row Ada: here, yours
                Rivera ✕ goingAway
                Ada ✕ goingAway
                """)
        #expect(scene.shell.heldMessages == 0)
        #expect(scene.shell.cards.isEmpty)
        #expect(scene.room.counts == Room().counts)
    }

    @Test("Nobody is disconnected before the host has wiped, whatever happens meanwhile")
    func slowly() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.slowTheHost()
        scene.happen(.stopped)
        scene.cut()
        scene.sendCard("Ada", for: "Rivera")
        scene.open("Ben")
        scene.happen(.stopped)
        #expect(scene.transcript == "Rivera ← refused openChat (notAllowed)")
        #expect(scene.shell.cards.isEmpty)
        scene.cut()
        scene.answerErasures()
        #expect(
            scene.transcript == """
                Rivera ← erased Ada (stopped)
                Ada ← erased Ada (stopped)
                Rivera ← row Ada: here, yours
                Rivera ← erased Ben (stopped)
                Ben ← erased Ben (stopped)
                Rivera ← row Ben: here, yours
                Rivera ✕ goingAway
                Ada ✕ goingAway
                Ben ✕ goingAway
                """)
    }

    @Test("While it stops, nobody's visit is claimed")
    func noClaims() {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada", "Ben"])
        scene.open("Ada", by: "Rivera")
        scene.slowTheHost()
        scene.happen(.stopped)
        scene.cut()
        scene.open("Ben", by: "Lee")
        #expect(scene.transcript == "Lee ← refused openChat (notAllowed)")
    }

    @Test("A room that has stopped stays closed")
    func itStaysClosed() {
        var scene = Scene(waiting: "Ada")
        scene.happen(.stopped)
        scene.cut()
        scene.checkIn("Ben")
        scene.signIn("Lee")
        scene.happen(.stopped)
        scene.happen(.stopping(at: inThirtySeconds))
        #expect(
            scene.transcript == """
                Ben ✕ stopping
                Lee ✕ stopping
                """)
        #expect(scene.room.nextDeadline == nil)
    }

    @Test("Consoles that wait for a press are sent away in the order in which they came")
    func theirOrder() {
        var scene = Scene(onDuty: ["Rivera", "Lee"])
        scene.signIn("Lee")
        scene.signIn("Rivera")
        scene.cut()
        scene.happen(.stopping(at: inThirtySeconds))
        #expect(scene.transcript.hasPrefix("Lee ✕ stopping\nRivera ✕ stopping\n"))
    }

    @Test("Stopped without a word before, it sends them away at once")
    func theyGoAtOnce() {
        var scene = Scene(waiting: "Ada")
        scene.signIn("Rivera")
        scene.slowTheHost()
        scene.cut()
        scene.happen(.stopped)
        #expect(scene.transcript == "Rivera ✕ goingAway\nrelay erases Ada (stopped)")
    }

    @Test("Where nothing is held, everybody is disconnected at once")
    func nothingToWipe() {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada"])
        scene.happen(.stopped)
        #expect(scene.transcript == "Rivera ✕ goingAway\nLee ✕ goingAway\nAda ✕ goingAway")
    }

    @Test("A drain that ends in a stop lets nobody in while the host wipes")
    func noProviderAfterTheDrain() {
        var scene = Scene(waiting: "Ada")
        scene.happen(.draining(until: inThirtySeconds))
        scene.slowTheHost()
        scene.happen(.stopped)
        scene.cut()
        scene.signIn("Lee")
        #expect(scene.transcript == "Lee ✕ stopping")
    }

    @Test("Stopped: chats go in the order in which they began")
    func inTheirOrder() {
        var scene = Scene(waiting: "Ada", "Ben", "Cy")
        scene.close("Ada")  // The last row takes its place.
        scene.slowTheHost()
        scene.cut()
        scene.happen(.stopped)
        #expect(
            scene.transcript == """
                relay erases Ben (stopped)
                relay erases Cy (stopped)
                relay erases Ada/2 (stopped)
                """)
    }
}
