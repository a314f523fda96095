import RelayTesting
import Rooms
import Testing

/// Each erasure has one cause and happens once; wiped first, told afterwards.
@Suite("Erasure")
struct ErasureTests {
    // MARK: The nine causes

    @Test("closed: X, at any time", arguments: ["waiting", "inCall", "ended"])
    func closed(phase: String) {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        if phase == "inCall" { scene.startCall("Ada") }
        if phase == "ended" { scene.leave("Ada") }
        scene.close("Ada")
        #expect(scene.page("Rivera").erased[scene.conversation("Ada")] == .closed)
        #expect(scene.shell.heldMessages == 0)
    }

    @Test("viewedOther: an ended chat, when another one is opened")
    func viewedOther() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.remove("Ada")
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

    @Test("callStarted: ended chats, when another call starts")
    func callStarted() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.leave("Ada")
        scene.startCall("Ben")
        #expect(scene.page("Rivera").erased[scene.conversation("Ada")] == .callStarted)
    }

    @Test("refreshed: every chat of the page load, whatever its phase")
    func refreshed() {
        var scene = Scene(waiting: "Ada", "Ben", "Cy")
        for name in ["Ada", "Ben", "Cy"] { scene.write(name, in: name) }
        scene.startCall("Ben")
        scene.leave("Cy")
        scene.cut()
        scene.refresh("Rivera")
        #expect(
            scene.transcript == """
                relay erases Ada (refreshed)
                relay erases Ben (refreshed)
                relay erases Cy (refreshed)
                Ada ← off duty Rivera
                Ben ← off duty Rivera
                Ben ← position 2
                Ada ← provider: nobody
                Ben ← provider: nobody
                Ada ← erased Ada (refreshed)
                Ben ← erased Ben (refreshed)
                Ada ← on duty Rivera
                Ben ← on duty Rivera
                Rivera ← signed in
                Rivera ← row Ada: here, nobody's
                Rivera ← row Ben: here, nobody's
                Rivera ← box none
                Rivera ← ready
                Ada ← chat Ada/2 waiting
                Rivera ← chat Ada/2 waiting
                Rivera ← row Ada: here, yours, chat Ada/2
                Ben ← chat Ben/2 waiting
                Rivera ← chat Ben/2 waiting
                Rivera ← row Ben: here, yours, chat Ben/2
                Ada ← Rivera is available
                Ben ← Rivera is available
                """)
        #expect(scene.shell.heldMessages == 0)
    }

    @Test("providerLost: ninety seconds after the socket went away, not before")
    func providerLost() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.drop("Rivera")
        scene.wait(.milliseconds(89_999))
        #expect(scene.held("Ada") == 1)
        scene.cut()
        scene.wait(.milliseconds(1))
        #expect(
            scene.transcript == """
                relay erases Ada (providerLost)
                Ada ← off duty Rivera
                Ada ← provider: nobody
                Ada ← erased Ada (providerLost)
                """)
    }

    @Test("wiped: everything of this console, nothing of the other")
    func wiped() {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada", "Ben"])
        scene.open("Ada", by: "Rivera")
        scene.open("Ben", by: "Lee")
        scene.write("Ada", in: "Ada")
        scene.write("Ben", in: "Ben")
        scene.cut()
        scene.wipe(by: "Rivera")
        #expect(
            scene.transcript == """
                relay erases Ada (wiped)
                Rivera ← erased Ada (wiped)
                Rivera ← box none
                Ada ← erased Ada (wiped)
                Ada ← chat Ada/2 waiting
                Rivera ← chat Ada/2 waiting
                Rivera ← row Ada: here, yours, chat Ada/2
                Lee ← row Ada: here, with Rivera
                """)
        #expect(scene.held("Ben") == 1)
    }

    // `idle`, `maximumAge`: `DeadlineTests`; `stopped`: `StoppingTests`.

    // MARK: Two steps

    @Test("Nobody is told before the host has wiped, and the next chat begins afterwards")
    func wipedFirst() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.open("Ada")
        scene.slowTheHost()
        scene.cut()
        scene.close("Ada")
        #expect(scene.transcript == "relay erases Ada (closed)")
        scene.cut()
        scene.answerErasures()
        #expect(
            scene.transcript == """
                Rivera ← erased Ada (closed)
                Rivera ← box none
                Ada ← erased Ada (closed)
                Ada ← chat Ada/2 waiting
                Rivera ← chat Ada/2 waiting
                Rivera ← row Ada: here, yours, chat Ada/2
                """)
    }

    @Test("What arrives for a chat that is being wiped is refused as erased")
    func whatArrivesMeanwhileIsRefused() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.slowTheHost()
        scene.close("Ada")
        scene.cut()
        scene.write("Ada", in: "Ada")
        scene.receive("Ada", in: "Ada")
        scene.type("Ada", in: "Ada")
        scene.show("Ada")
        #expect(
            scene.transcript == """
                Ada ← refused message 2 of Ada (erased)
                Rivera ← refused showChat (unknownConversation)
                """)
        scene.answerErasures()
        #expect(scene.shell.heldMessages == 0)
    }

    @Test("Erasing twice is erasing once: the second press gets the first one's answer")
    func erasingTwice() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.slowTheHost()
        scene.close("Ada")
        scene.cut()
        scene.close("Ada")
        #expect(scene.transcript == "")
        scene.answerErasures()
        scene.cut()
        scene.close("Ada")
        #expect(scene.transcript == "Rivera ← erased Ada (closed)")
    }

    @Test("A press on a chat that went for another reason gets that reason")
    func theFirstCauseIsTheAnswer() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.leave("Ada")
        scene.open("Ben")
        scene.cut()
        scene.close("Ada")
        #expect(scene.transcript == "Rivera ← erased Ada (viewedOther)")
    }

    @Test("A colleague learns nothing of another console's erasure")
    func aColleagueLearnsNothing() {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada"])
        scene.open("Ada", by: "Rivera")
        scene.close("Ada", by: "Rivera")
        scene.cut()
        scene.close("Ada", by: "Lee")
        #expect(scene.transcript == "Lee ← refused closeChat (unknownConversation)")
    }

    @Test("A message on its way to an erased chat is refused, and nothing else is said of it (F10)")
    func onItsWayToAnErasedChat() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.close("Ada")
        scene.cut()
        scene.send(.message, from: "Ada", number: 2, in: "Ada", byteCount: 280)
        scene.send(.seen, from: "Ada", number: 1, in: "Ada")
        #expect(scene.transcript == "Ada ← refused message 2 of Ada (erased)")
        scene.cut()
        scene.write("Ada", in: "Ada/2")
        #expect(
            scene.transcript == """
                Ada ← accepted 1 of Ada/2
                Rivera ← message 1 of Ada/2
                Rivera ← unread 1 of Ada/2
                """)
    }

    // MARK: Counts

    @Test("An erasure is recorded with its cause and counts, once")
    func itIsRecorded() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada", byteCount: 280)
        scene.write("Rivera", in: "Ada", byteCount: 536)
        scene.close("Ada")
        #expect(
            scene.shell.facts == [
                .sessionBegan, .visitBegan, .erased(.closed, messageCount: 2, byteCount: 816),
            ])
    }

    @Test("Erasing leaves no count anywhere")
    func noCountIsLeft() {
        var scene = Scene(waiting: "Ada")
        for _ in 1...3 { scene.write("Ada", in: "Ada") }
        #expect(scene.chat("Ada", of: "Rivera")?.unread == 3)
        scene.close("Ada")
        #expect(scene.chat("Ada/2", of: "Rivera")?.unread == 0)
        #expect(scene.page("Rivera").chats.count == 1)
    }

    // MARK: The safety invariant

    @Test("An unread message of a present patient is never erased by an action about someone else")
    func theSafetyInvariant() {
        var scene = Scene(waiting: "Ada", "Ben", "Cy")
        scene.write("Ada", in: "Ada")
        scene.endChat("Ada")
        scene.cut()
        scene.open("Ben")
        scene.startCall("Ben")
        scene.startCall("Cy", ending: "Ben")
        scene.show("Cy")
        #expect(!scene.transcript.contains("erases Ada"))
        #expect(scene.held("Ada") == 1)
    }

    @Test(
        "Once it was seen, or the patient has left, it goes like any ended chat",
        arguments: [true, false])
    func onceItWasSeen(isSeen: Bool) {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.endChat("Ada")
        scene.open("Ben")
        if isSeen { scene.see("Rivera", in: "Ada") } else { scene.leave("Ada") }
        scene.show("Ben")
        #expect(scene.page("Rivera").erased[scene.conversation("Ada")] == .viewedOther)
    }

    @Test("A patient whose socket is lost is still present")
    func aLostPatientIsPresent() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.endChat("Ada")
        scene.drop("Ada")
        scene.open("Ben")
        #expect(scene.held("Ada") == 1)
    }

    @Test("A chat from before a rejoin is protected while its writer is there")
    func aChatFromBeforeARejoin() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.rejoin("Ada")
        scene.open("Ben")
        #expect(scene.held("Ada") == 1)
    }
}
