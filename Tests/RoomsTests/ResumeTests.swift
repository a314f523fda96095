import RelayTesting
import Rooms
import Testing

/// A new socket of the same page: what it lacks, and nothing twice.
@Suite("Resuming")
struct ResumeTests {
    @Test("A page gets what came after the last place that it has, then receipts, then its count")
    func whatItLacks() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.drop("Ada")
        scene.see("Rivera", in: "Ada")
        scene.write("Rivera", in: "Ada")
        scene.write("Rivera", in: "Ada")
        scene.cut()
        scene.reconnect("Ada")
        #expect(
            scene.transcript(of: "Ada") == """
                Ada ← checked in again
                Ada ← on duty Rivera
                Ada ← chat Ada waiting
                Ada ← message 2 of Ada
                Ada ← message 3 of Ada
                Ada ← seen 1 of Ada
                Ada ← unread 2 of Ada
                Ada ← position 1
                Ada ← Rivera is available
                """)
    }

    @Test("The provider's page in the same way, for each of its chats")
    func theProvidersPage() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.drop("Rivera")
        scene.write("Ada", in: "Ada")
        scene.write("Ben", in: "Ben")
        scene.receive("Ada", in: "Ada", upTo: 1)
        scene.cut()
        scene.reconnect("Rivera")
        #expect(
            scene.transcript(of: "Rivera") == """
                Rivera ← signed in again
                Rivera ← row Ada: here, yours, chat Ada
                Rivera ← row Ben: here, yours, chat Ben
                Rivera ← chat Ada waiting
                Rivera ← chat Ben waiting
                Rivera ← message 2 of Ada
                Rivera ← delivered 1 of Ada
                Rivera ← unread 2 of Ada
                Rivera ← message 1 of Ben
                Rivera ← unread 1 of Ben
                Rivera ← box none
                Rivera ← ready
                """)
    }

    @Test("A page that lost the last frames on the way gets them again")
    func lostOnTheWay() {
        var scene = Scene(waiting: "Ada")
        for _ in 1...3 { scene.write("Rivera", in: "Ada") }
        scene.drop("Ada")
        scene.loseFrames("Ada", in: "Ada", after: 1)
        scene.cut()
        scene.reconnect("Ada")
        #expect(scene.chat("Ada", of: "Ada")?.cursor == 3)
        #expect(!scene.transcript.contains("message 1 of Ada"))
    }

    @Test("A chat that is not named is sent from its beginning")
    func notNamed() {
        var scene = Scene(waiting: "Ada")
        scene.write("Rivera", in: "Ada")
        scene.drop("Ada")
        scene.loseFrames("Ada", in: "Ada", after: 0)
        scene.cut()
        scene.reconnect("Ada", resume: [])
        #expect(scene.chat("Ada", of: "Ada")?.cursor == 1)
    }

    @Test("An erased chat that is named is told as erased, to its own page only")
    func anErasedChat() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.drop("Ada")
        scene.close("Ada")
        scene.cut()
        scene.reconnect("Ada")
        #expect(
            scene.transcript(of: "Ada") == """
                Ada ← checked in again
                Ada ← on duty Rivera
                Ada ← chat Ada/2 waiting
                Ada ← erased Ada (closed)
                Ada ← unread 0 of Ada/2
                Ada ← position 1
                Ada ← Rivera is available
                """)
        scene.cut()
        scene.reconnect(
            "Ben", resume: [ResumePoint(conversation: scene.conversation("Ada"), after: 1)])
        #expect(!scene.transcript.contains("erased"))
    }

    @Test("More than there is closes the socket, and the visit is kept")
    func moreThanThereIs() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.drop("Ada")
        scene.cut()
        scene.reconnect(
            "Ada", resume: [ResumePoint(conversation: scene.conversation("Ada"), after: 2)])
        #expect(scene.transcript == "Ada ✕ protocolError")
        #expect(scene.row("Ada")?.presence == .reconnecting)
        scene.drop("Rivera")
        scene.cut()
        scene.reconnect(
            "Rivera", resume: [ResumePoint(conversation: scene.conversation("Ada"), after: 2)])
        #expect(scene.transcript == "Rivera ✕ protocolError")
    }

    @Test("Nobody learns how long a stranger's chat is by naming it", arguments: [0, 1, 2, 99])
    func namingAStrangersChat(after: UInt32) {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.drop("Ben")
        scene.cut()
        scene.reconnect(
            "Ben", resume: [ResumePoint(conversation: scene.conversation("Ada"), after: after)])
        #expect(
            scene.transcript(of: "Ben") == """
                Ben ← checked in again
                Ben ← on duty Rivera
                Ben ← chat Ben waiting
                Ben ← unread 0 of Ben
                Ben ← position 2
                Ben ← Rivera is available
                """)
    }

    @Test("Warnings that a page missed are told again")
    func warningsAreToldAgain() {
        var limits = Limits()
        limits.messagesPerConversation = 2
        limits.idle = .seconds(600)
        limits.maximumAge = .seconds(900)
        var scene = Scene(waiting: "Ada", limits: limits)
        scene.write("Rivera", in: "Ada")
        scene.showRejoinCode("Ada")
        scene.drop("Ada")
        scene.write("Rivera", in: "Ada")
        scene.wait(.seconds(490))
        scene.cut()
        scene.reconnect("Ada")
        #expect(
            scene.transcript(of: "Ada") == """
                Ada ← checked in again
                Ada ← on duty Rivera
                Ada ← chat Ada waiting
                Ada ← message 2 of Ada
                Ada ← unread 2 of Ada
                Ada ← nearly full Ada
                Ada ← expiring Ada (maximumAge) at 900 s
                Ada ← expiring Ada (idle) at 600 s
                Ada ← position 1
                Ada ← Rivera is available
                """)
    }

    @Test("A page writes again what was not accepted; nothing is held twice")
    func writingAgain() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.write("Ada", in: "Ada")
        scene.drop("Ada")
        scene.reconnect("Ada")
        scene.cut()
        scene.send("Ada", number: 2, in: "Ada")
        scene.send("Ada", number: 3, in: "Ada")
        #expect(
            scene.transcript(of: "Ada") == """
                Ada ← accepted 2 of Ada, again
                Ada ← accepted 3 of Ada
                """)
        #expect(scene.held("Ada") == 3)
    }

    @Test("A console is told of the erasure of a chat that it names")
    func aConsolesErasedChat() {
        var limits = Limits()
        limits.maximumAge = .seconds(60)
        limits.maximumAgeWarning = .seconds(20)
        var scene = Scene(waiting: "Ada", limits: limits)
        scene.write("Ada", in: "Ada")
        scene.drop("Rivera")
        scene.wait(.seconds(60))
        scene.cut()
        scene.reconnect("Rivera")
        #expect(scene.transcript(of: "Rivera").contains("Rivera ← erased Ada (maximumAge)"))
    }

    @Test("Each erased chat that is named is told, whatever else is named")
    func severalErasedChats() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.drop("Ada")
        scene.close("Ada")
        scene.close("Ada/2")
        scene.cut()
        let ids = [ConversationID(99), scene.conversation("Ada"), scene.conversation("Ada/2")]
        scene.reconnect("Ada", resume: ids.map { ResumePoint(conversation: $0, after: 0) })
        let told = scene.transcript.split(separator: "\n").filter { $0.contains("erased") }
        #expect(told == ["Ada ← erased Ada (closed)", "Ada ← erased Ada/2 (closed)"])
    }

    @Test("No warning is told again that was not given, or of a chat that has ended")
    func noWarning() {
        var limits = Limits()
        limits.idle = .seconds(600)
        var scene = Scene(waiting: "Ada", limits: limits)
        scene.write("Ada", in: "Ada")
        scene.cut()
        scene.reconnect("Rivera")
        #expect(!scene.transcript.contains("expiring"))
        scene.wait(.seconds(490))
        #expect(scene.transcript.contains("expiring"))
        scene.leave("Ada")
        scene.cut()
        scene.reconnect("Rivera")
        #expect(!scene.transcript.contains("expiring"))
    }

    @Test("Where places are hidden, none is told to a page that comes back in a call")
    func hiddenPlaces() {
        var policy = Policy()
        policy.showsPosition = false
        var scene = Scene(waiting: "Ada", policy: policy)
        scene.startCall("Ada")
        scene.cut()
        scene.reconnect("Ada")
        #expect(!scene.transcript.contains("position"))
    }

    @Test("The row says since when the page is back")
    func sinceWhen() {
        var scene = Scene(waiting: "Ada")
        scene.wait(.seconds(10))
        scene.drop("Ada")
        #expect(scene.row("Ada")?.since.seconds == 10)
        scene.wait(.seconds(5))
        scene.reconnect("Ada")
        #expect(scene.row("Ada")?.since.seconds == 15)
    }
}
