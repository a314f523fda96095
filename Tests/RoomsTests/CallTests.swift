import RelayTesting
import Rooms
import Testing

/// D5: start call, end call, end chat.
@Suite("Calls")
struct CallTests {
    @Test("The chat flows from the queue into the call, unbroken")
    func theChatFlowsIntoTheCall() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.cut()
        scene.startCall("Ada")
        #expect(
            scene.transcript == """
                Ada ← chat Ada inCall
                Rivera ← chat Ada inCall
                Ada ← no position
                Rivera ← row Ada: here, yours, chat Ada, in call
                Ben ← position 1
                Ben ← Rivera is onAnotherCall
                """)
        scene.cut()
        scene.write("Rivera", in: "Ada")
        #expect(
            scene.transcript == """
                Rivera ← accepted 2 of Ada
                Ada ← message 2 of Ada
                Ada ← unread 1 of Ada
                """)
    }

    @Test("Finish: the visit is over, the chat has ended and stays readable")
    func finish() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.startCall("Ada")
        scene.cut()
        scene.endCall("Ada", .finish)
        #expect(
            scene.transcript == """
                Ada ← chat Ada ended
                Rivera ← chat Ada ended
                Rivera ← visit of Ada over (finished)
                Ada ← visit over (finished)
                """)
        #expect(scene.held("Ada") == 1)
    }

    @Test("Back to queue: the patient has the place of their arrival again, nothing is erased")
    func backToTheQueue() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.startCall("Ada")
        scene.cut()
        scene.endCall("Ada", .queue)
        #expect(
            scene.transcript == """
                Ada ← chat Ada waiting
                Rivera ← chat Ada waiting
                Rivera ← row Ada: here, yours, chat Ada
                Ada ← position 1
                Ben ← position 2
                Ben ← Rivera is available
                """)
        #expect(scene.held("Ada") == 1)
    }

    @Test("Starting another call names the one that runs, ends it and erases its chat")
    func startingAnotherCall() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.write("Ben", in: "Ben")
        scene.startCall("Ada")
        scene.cut()
        scene.startCall("Ben", ending: "Ada")
        #expect(
            scene.transcript == """
                Ada ← chat Ada ended
                Rivera ← chat Ada ended
                Rivera ← visit of Ada over (finished)
                Ada ← visit over (finished)
                Ben ← chat Ben inCall
                Rivera ← chat Ben inCall
                Ben ← no position
                Rivera ← row Ben: here, yours, chat Ben, in call
                relay erases Ada (callStarted)
                Ben ← Rivera is available
                Rivera ← erased Ada (callStarted)
                Ada ← erased Ada (callStarted)
                Ada ✕ visitOver
                """)
        #expect(scene.held("Ben") == 1)
    }

    @Test("A call that runs is never ended unawares", arguments: [nil, "Ben", "Cy"])
    func neverUnawares(named: String?) {
        var scene = Scene(waiting: "Ada", "Ben", "Cy")
        scene.startCall("Ada")
        scene.cut()
        scene.startCall("Ben", ending: named)
        #expect(scene.transcript == "Rivera ← refused startCall (callRunning)")
    }

    @Test("Naming a call when none runs is refused too")
    func namingACallWhenNoneRuns() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.startCall("Ben", ending: "Ada")
        #expect(scene.transcript == "Rivera ← refused startCall (callRunning)")
    }

    @Test("A call whose chat is just being erased does not end unawares either")
    func notEvenWhileItsChatIsErased() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.startCall("Ada")
        scene.slowTheHost()
        scene.close("Ada")
        scene.cut()
        scene.startCall("Ben")
        #expect(scene.transcript == "Rivera ← refused startCall (callRunning)")
        scene.answerErasures()
        scene.cut()
        scene.startCall("Ben", ending: "Ada/2")
        #expect(
            scene.transcript(of: "Ben") == """
                Ben ← chat Ben inCall
                Ben ← no position
                Ben ← Rivera is available
                """)
    }

    @Test("Starting the call that runs changes nothing")
    func startingTheSameCallTwice() {
        var scene = Scene(waiting: "Ada")
        scene.startCall("Ada")
        scene.cut()
        scene.startCall("Ada")
        #expect(scene.transcript == "")
        scene.startCall("Ada", ending: "Ada")
        #expect(scene.transcript == "Rivera ← refused startCall (callRunning)")
    }

    @Test("A refused call erases nothing: only once the call state has really changed")
    func aRefusedCallErasesNothing() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.leave("Ada")
        let ben = scene.visit("Ben")
        scene.leave("Ben")
        scene.cut()
        scene.command("Rivera", .startCall(ben, ends: nil))
        #expect(scene.transcript == "Rivera ← refused startCall (visitGone)")
        #expect(scene.held("Ada") == 1)
    }

    @Test("Starting a call erases every ended chat and touches nobody who waits")
    func startingACallErasesEndedChats() {
        var scene = Scene(waiting: "Ada", "Ben", "Cy", "Di")
        for name in ["Ada", "Cy", "Di"] { scene.write(name, in: name) }
        scene.leave("Ada")
        scene.cut()
        scene.startCall("Ben")
        #expect(
            scene.transcript == """
                Ben ← chat Ben inCall
                Rivera ← chat Ben inCall
                Ben ← no position
                Rivera ← row Ben: here, yours, chat Ben, in call
                relay erases Ada (callStarted)
                Cy ← position 1
                Di ← position 2
                Cy ← Rivera is onAnotherCall
                Di ← Rivera is onAnotherCall
                Rivera ← erased Ada (callStarted)
                """)
        #expect(scene.held("Cy") == 1)
        #expect(scene.held("Di") == 1)
    }

    @Test("Only a chat in a call can end the call")
    func onlyAChatInACall() {
        var scene = Scene(waiting: "Ada")
        scene.endCall("Ada", .finish)
        #expect(scene.transcript == "Rivera ← refused endCall (notInCall)")
    }

    @Test("A patient who leaves ends the call")
    func leavingEndsTheCall() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.startCall("Ada")
        scene.cut()
        scene.leave("Ada")
        #expect(
            scene.transcript == """
                Ada ← chat Ada ended
                Rivera ← chat Ada ended
                Rivera ← visit of Ada over (left)
                Ada ← visit over (left)
                Ada ✕ visitOver
                Ben ← Rivera is available
                """)
    }

    @Test("X during a call erases the chat; the call and a new, empty chat go on")
    func closingDuringACall() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.startCall("Ada")
        scene.cut()
        scene.close("Ada")
        #expect(
            scene.transcript == """
                relay erases Ada (closed)
                Rivera ← erased Ada (closed)
                Ada ← erased Ada (closed)
                Ada ← chat Ada/2 inCall
                Rivera ← chat Ada/2 inCall
                Rivera ← row Ada: here, yours, chat Ada/2, in call
                """)
    }

    @Test("A provider lost in a call: the patient waits again, at the place of their arrival")
    func aProviderLostInACall() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.startCall("Ada")
        scene.drop("Rivera")
        scene.cut()
        scene.wait(.seconds(90))
        #expect(
            scene.transcript(of: "Ada") == """
                Ada ← off duty Rivera
                Ada ← position 1
                Ada ← provider: nobody
                Ada ← erased Ada (providerLost)
                """)
        #expect(scene.page("Ben").position == 2)
    }

    @Test("The patient of a call is seen as in the call by every console")
    func everyConsoleSeesTheCall() {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada"])
        scene.startCall("Ada", by: "Lee")
        #expect(scene.row("Ada", of: "Rivera")?.isInCall == true)
        #expect(scene.row("Ada", of: "Rivera")?.holder == .other(ProviderID(1)))
        #expect(scene.row("Ada", of: "Lee")?.holder == .you(ProviderID(1)))
    }
}
