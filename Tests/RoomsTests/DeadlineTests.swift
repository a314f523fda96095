import RelayTesting
import Rooms
import Testing

/// What time does to a conversation.
@Suite("Deadlines")
struct DeadlineTests {
    @Test("Four hours after its first message a chat goes, with a warning ten minutes before")
    func maximumAge() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.cut()
        scene.wait(.seconds(4 * 3600 - 1))
        #expect(
            scene.transcript == """
                Ada ← expiring Ada (maximumAge) at 14400 s
                Rivera ← expiring Ada (maximumAge) at 14400 s
                """)
        scene.cut()
        scene.wait(.seconds(1))
        #expect(
            scene.transcript == """
                relay erases Ada (maximumAge)
                Rivera ← erased Ada (maximumAge)
                Ada ← erased Ada (maximumAge)
                Ada ← chat Ada/2 waiting
                Rivera ← chat Ada/2 waiting
                Rivera ← row Ada: here, yours, chat Ada/2
                """)
    }

    @Test("Its age counts from its first message, whatever comes later, ended or not")
    func theAgeOfAnEndedChat() {
        var scene = Scene(waiting: "Ada")
        scene.wait(.seconds(1_000))
        scene.write("Ada", in: "Ada")
        scene.wait(.seconds(3 * 3600))
        scene.write("Ada", in: "Ada")
        scene.leave("Ada")
        scene.wait(.seconds(3599))
        #expect(scene.held("Ada") == 2)
        scene.wait(.seconds(1))
        #expect(scene.page("Rivera").erased[scene.conversation("Ada")] == .maximumAge)
    }

    @Test("Idleness is off by default")
    func idleIsOff() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.wait(.seconds(3 * 3600))
        #expect(scene.held("Ada") == 1)
    }

    private func idleScene() -> Scene {
        var limits = Limits()
        limits.idle = .seconds(600)
        return Scene(waiting: "Ada", limits: limits)
    }

    @Test("When it is on: a warning after eight minutes, erased after ten, the place is kept")
    func idle() {
        var scene = idleScene()
        scene.write("Ada", in: "Ada")
        scene.cut()
        scene.wait(.seconds(600))
        #expect(
            scene.transcript == """
                Ada ← expiring Ada (idle) at 600 s
                Rivera ← expiring Ada (idle) at 600 s
                relay erases Ada (idle)
                Rivera ← erased Ada (idle)
                Ada ← erased Ada (idle)
                Ada ← chat Ada/2 waiting
                Rivera ← chat Ada/2 waiting
                Rivera ← row Ada: here, yours, chat Ada/2
                """)
        #expect(scene.page("Ada").position == 1)
    }

    @Test("Every message starts the ten minutes anew")
    func messagesStartItAnew() {
        var scene = idleScene()
        scene.write("Ada", in: "Ada")
        scene.wait(.seconds(400))
        scene.write("Rivera", in: "Ada")
        scene.wait(.seconds(599))
        #expect(scene.held("Ada") == 2)
        scene.wait(.seconds(1))
        #expect(scene.held("Ada") == 0)
    }

    @Test("A message after the warning takes it back, on both pages")
    func aMessageTakesTheWarningBack() {
        var scene = idleScene()
        scene.write("Ada", in: "Ada")
        scene.wait(.seconds(500))
        scene.cut()
        scene.write("Ada", in: "Ada")
        #expect(
            scene.transcript == """
                Ada ← accepted 2 of Ada
                Rivera ← message 2 of Ada
                Rivera ← unread 2 of Ada
                Ada ← expiring Ada (idle) at 1100 s
                Rivera ← expiring Ada (idle) at 1100 s
                """)
    }

    @Test("The first message says when the first warning is due")
    func theFirstDeadline() {
        var scene = Scene(waiting: "Ada")
        scene.wait(.seconds(100_000))
        scene.write("Ada", in: "Ada")
        #expect(scene.room.nextDeadline?.seconds == 100_000 + 4 * 3600 - 600)
        scene = idleScene()
        scene.wait(.seconds(100_000))
        scene.write("Ada", in: "Ada")
        #expect(scene.room.nextDeadline?.seconds == 100_000 + 480)
        scene.drop("Ada")
        #expect(scene.room.nextDeadline?.seconds == 100_000 + 120)
        scene.drop("Rivera")
        #expect(scene.room.nextDeadline?.seconds == 100_000 + 90)
    }

    @Test("A message before any warning says nothing of expiring")
    func aMessageBeforeTheWarning() {
        var scene = idleScene()
        scene.write("Ada", in: "Ada")
        scene.write("Ada", in: "Ada")
        scene.keepOpen("Ada")
        #expect(!scene.transcript.contains("expiring"))
    }

    @Test("Another's deadline repeats no warning and no row")
    func anothersDeadline() {
        var limits = Limits()
        limits.maximumAge = .seconds(300)
        limits.maximumAgeWarning = .seconds(100)
        var scene = Scene(waiting: "Ada", "Ben", "Cy", limits: limits)
        scene.showRejoinCode("Cy")
        scene.drop("Cy")
        scene.write("Ada", in: "Ada")
        scene.wait(.seconds(50))
        scene.write("Ben", in: "Ben")
        scene.wait(.seconds(150))
        #expect(scene.row("Cy")?.presence == .leftPage)
        #expect(scene.chat("Ada", of: "Ada")?.expiresOfAge?.seconds == 300)
        scene.cut()
        scene.wait(.seconds(50))
        #expect(
            scene.transcript == """
                Ben ← expiring Ben (maximumAge) at 350 s
                Rivera ← expiring Ben (maximumAge) at 350 s
                """)
    }

    @Test("Chats that expire together go in the order in which they began")
    func together() {
        var scene = Scene(waiting: "Ada", "Ben", "Cy")
        scene.close("Ada")  // The last row takes its place.
        for name in ["Cy", "Ben"] { scene.write(name, in: name) }
        scene.cut()
        scene.wait(.seconds(4 * 3600))
        let erased = scene.transcript.split(separator: "\n").filter { $0.hasPrefix("relay") }
        #expect(erased == ["relay erases Ben (maximumAge)", "relay erases Cy (maximumAge)"])
    }

    @Test("So does the provider, as often as they like")
    func keepOpen() {
        var scene = idleScene()
        scene.write("Ada", in: "Ada")
        for _ in 1...11 {
            scene.wait(.seconds(599))
            scene.keepOpen("Ada")
        }
        #expect(scene.held("Ada") == 1)
        scene.wait(.seconds(480))
        scene.cut()
        scene.keepOpen("Ada")
        #expect(
            scene.transcript == """
                Ada ← expiring Ada (idle) at 7669 s
                Rivera ← expiring Ada (idle) at 7669 s
                """)
    }

    @Test("An ended chat never goes for idleness")
    func anEndedChatIsNeverIdle() {
        var scene = idleScene()
        scene.write("Ada", in: "Ada")
        scene.leave("Ada")
        scene.wait(.seconds(3600))
        #expect(scene.held("Ada") == 1)
    }

    @Test("A warning longer than half the idle time is never late")
    func aLongWarning() {
        var limits = Limits()
        limits.idle = .seconds(30)
        limits.idleWarning = .seconds(20)
        var scene = Scene(waiting: "Ada", limits: limits)
        scene.write("Ada", in: "Ada")
        scene.wait(.seconds(10))
        scene.write("Ada", in: "Ada")
        scene.cut()
        scene.wait(.seconds(10))
        #expect(scene.transcript(of: "Ada") == "Ada ← expiring Ada (idle) at 40 s")
    }

    @Test("A chat in which nobody wrote has nothing to lose and no deadline")
    func anEmptyChatHasNoDeadline() {
        var scene = idleScene()
        scene.wait(.seconds(10 * 3600))
        #expect(scene.transcript == "")
        #expect(scene.room.nextDeadline == nil)
    }

    @Test("A deadline that comes early or twice does nothing")
    func earlyOrTwice() {
        var scene = idleScene()
        scene.write("Ada", in: "Ada")
        scene.drop("Rivera")
        scene.cut()
        for _ in 1...3 { scene.happen(.deadlineReached) }
        #expect(scene.transcript == "")
        #expect(scene.room.nextDeadline?.seconds == 90)
    }

    @Test("A grace of the rejoin code that is shorter than the plain one does not shorten it")
    func aShortRejoinGrace() {
        var limits = Limits()
        limits.rejoinGrace = .seconds(10)
        var scene = Scene(waiting: "Ada", limits: limits)
        scene.showRejoinCode("Ada")
        scene.drop("Ada")
        scene.wait(.seconds(119))
        #expect(scene.row("Ada") != nil)
        scene.wait(.seconds(1))
        #expect(scene.row("Ada") == nil)
    }

    @Test("After everybody has gone nothing waits any more")
    func nothingWaits() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.drop("Ada")
        scene.leave("Ben")
        scene.drop("Rivera")
        scene.wait(.seconds(8 * 3600))
        #expect(scene.room.nextDeadline == nil)
        #expect(scene.room.counts == Room().counts)
    }
}
