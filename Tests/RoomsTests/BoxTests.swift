import RelayTesting
import Rooms
import Testing

/// `docs/architecture.md`: one slot per provider session; `none`, `open`, `minimised`.
@Suite("The chat box")
struct BoxTests {
    @Test("Opening a patient's chat shows it in the box and asks the patient for nothing")
    func openingShowsTheChat() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.open("Ada")
        #expect(
            scene.transcript == """
                Rivera ← box open Ada
                """)
    }

    @Test("Minimised, the box opens by itself when that patient writes")
    func aMinimisedBoxOpensWhenThatPatientWrites() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.open("Ada")
        scene.minimise("Ada")
        scene.cut()
        scene.write("Ada", in: "Ada")
        #expect(
            scene.transcript == """
                Ada ← accepted 1 of Ada
                Rivera ← message 1 of Ada
                Rivera ← unread 1 of Ada
                Rivera ← box open Ada
                """)
    }

    @Test("Twenty messages open a minimised box once")
    func manyMessagesOpenTheBoxOnce() {
        var limits = Limits()
        limits.patientMessages = MessageRate(burst: 20, interval: .seconds(1))
        var scene = Scene(waiting: "Ada", limits: limits)
        scene.open("Ada")
        scene.minimise("Ada")
        scene.cut()
        for _ in 1...20 { scene.write("Ada", in: "Ada") }
        let opened = scene.transcript.split(separator: "\n").filter { $0.contains("box") }
        #expect(opened == ["Rivera ← box open Ada"])
    }

    @Test("Minimised, another patient's message only counts (D2)")
    func anotherPatientOnlyCounts() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.open("Ada")
        scene.minimise("Ada")
        scene.cut()
        scene.write("Ben", in: "Ben")
        #expect(
            scene.transcript == """
                Ben ← accepted 1 of Ben
                Rivera ← message 1 of Ben
                Rivera ← unread 1 of Ben
                """)
        #expect(scene.page("Rivera").box == .minimised(scene.conversation("Ada")))
    }

    @Test("Open for one patient, the box stays when another writes")
    func anOpenBoxStays() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.open("Ada")
        scene.cut()
        scene.write("Ben", in: "Ben")
        #expect(
            scene.transcript == """
                Ben ← accepted 1 of Ben
                Rivera ← message 1 of Ben
                Rivera ← unread 1 of Ben
                """)
        #expect(scene.page("Rivera").box == .open(scene.conversation("Ada")))
    }

    @Test("What the provider writes does not open a minimised box")
    func theProvidersOwnMessageOpensNothing() {
        var scene = Scene(waiting: "Ada")
        scene.open("Ada")
        scene.minimise("Ada")
        scene.write("Rivera", in: "Ada")
        #expect(scene.page("Rivera").box == .minimised(scene.conversation("Ada")))
    }

    @Test("After X the box stays away: the next message raises the badge and opens nothing (D3)")
    func afterClosingTheBoxStaysAway() {
        var scene = Scene(waiting: "Ada")
        scene.open("Ada")
        scene.write("Ada", in: "Ada")
        scene.cut()
        scene.close("Ada")
        #expect(
            scene.transcript == """
                relay erases Ada (closed)
                Rivera ← erased Ada (closed)
                Rivera ← box none
                Ada ← erased Ada (closed)
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
        #expect(scene.page("Rivera").box == Box.none)
    }

    @Test("Opening another live chat moves the box and erases nothing (D4)")
    func openingAnotherLiveChatErasesNothing() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.open("Ada")
        scene.see("Rivera", in: "Ada")
        scene.cut()
        scene.open("Ben")
        #expect(
            scene.transcript == """
                Rivera ← box open Ben
                """)
        #expect(scene.held("Ada") == 1)
    }

    @Test("Opening another chat erases the ended one")
    func openingAnotherChatErasesTheEndedOne() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.leave("Ada")
        scene.cut()
        scene.open("Ben")
        #expect(
            scene.transcript == """
                Rivera ← box open Ben
                relay erases Ada (viewedOther)
                Rivera ← erased Ada (viewedOther)
                """)
    }

    @Test("Looking at an ended chat again erases the other ended ones, not itself")
    func showingAnEndedChatErasesTheOthers() {
        var scene = Scene(waiting: "Ada", "Ben", "Cy")
        for name in ["Ada", "Ben"] {
            scene.write(name, in: name)
            scene.leave(name)
        }
        scene.cut()
        scene.show("Ada")
        #expect(
            scene.transcript == """
                Rivera ← box open Ada
                relay erases Ben (viewedOther)
                Rivera ← erased Ben (viewedOther)
                """)
        #expect(scene.held("Ada") == 1)
    }

    @Test("A minimised chat that is shown again is the same chat")
    func showingAMinimisedChat() {
        var scene = Scene(waiting: "Ada")
        scene.open("Ada")
        scene.minimise("Ada")
        scene.cut()
        scene.show("Ada")
        #expect(scene.transcript == "Rivera ← box open Ada")
    }

    @Test("Pressing the same thing twice tells nothing twice")
    func pressingTwice() {
        var scene = Scene(waiting: "Ada")
        scene.open("Ada")
        scene.cut()
        scene.open("Ada")
        scene.show("Ada")
        #expect(scene.transcript == "")
        scene.minimise("Ada")
        scene.cut()
        scene.minimise("Ada")
        #expect(scene.transcript == "")
    }

    @Test("Only the chat in the box can be minimised")
    func onlyTheChatInTheBoxIsMinimised() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.open("Ada")
        scene.cut()
        scene.minimise("Ben")
        #expect(scene.transcript == "Rivera ← refused minimiseChat (unknownConversation)")
    }

    @Test("Each console has its own box")
    func eachConsoleHasItsOwnBox() {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada", "Ben"])
        scene.open("Ada", by: "Rivera")
        scene.open("Ben", by: "Lee")
        #expect(scene.page("Rivera").box == .open(scene.conversation("Ada")))
        #expect(scene.page("Lee").box == .open(scene.conversation("Ben")))
    }

    @Test("A console never shows or closes another one's chat")
    func anothersChatIsUnknown() {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada"])
        scene.open("Ada", by: "Rivera")
        scene.cut()
        scene.show("Ada", by: "Lee")
        scene.minimise("Ada", by: "Lee")
        scene.close("Ada", by: "Lee")
        scene.endChat("Ada", by: "Lee")
        scene.copy("Ada", by: "Lee")
        scene.keepOpen("Ada", by: "Lee")
        scene.endCall("Ada", .finish, by: "Lee")
        #expect(
            scene.transcript == """
                Lee ← refused showChat (unknownConversation)
                Lee ← refused minimiseChat (unknownConversation)
                Lee ← refused closeChat (unknownConversation)
                Lee ← refused endChat (unknownConversation)
                Lee ← refused copied (unknownConversation)
                Lee ← refused keepOpen (unknownConversation)
                Lee ← refused endCall (unknownConversation)
                """)
    }
}
