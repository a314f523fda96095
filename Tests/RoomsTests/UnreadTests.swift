import RelayTesting
import Rooms
import Testing

/// Delivered and seen watermarks, and the number in the red circle.
@Suite("Unread and receipts")
struct UnreadTests {
    @Test("Unread is an absolute number, sent with every message that changes it")
    func anAbsoluteNumber() {
        var scene = Scene(waiting: "Ada")
        for _ in 1...3 { scene.write("Ada", in: "Ada") }
        let told = scene.transcript(of: "Rivera").split(separator: "\n").filter {
            $0.contains("unread")
        }
        #expect(
            told == [
                "Rivera ← unread 1 of Ada", "Rivera ← unread 2 of Ada", "Rivera ← unread 3 of Ada",
            ])
    }

    @Test("Seen up to a place leaves what came after it")
    func seenUpToAPlace() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.write("Rivera", in: "Ada")
        scene.write("Ada", in: "Ada")
        scene.write("Ada", in: "Ada")
        scene.cut()
        scene.see("Rivera", in: "Ada", upTo: 3)
        #expect(
            scene.transcript == """
                Ada ← seen 3 of Ada
                Rivera ← unread 1 of Ada
                """)
    }

    @Test("One's own messages are never unread")
    func onesOwnMessages() {
        var scene = Scene(waiting: "Ada")
        scene.write("Rivera", in: "Ada")
        #expect(scene.chat("Ada", of: "Rivera")?.unread == 0)
        #expect(scene.chat("Ada", of: "Ada")?.unread == 1)
    }

    @Test("The patient's side counts in the same way")
    func thePatientsSide() {
        var scene = Scene(waiting: "Ada")
        scene.write("Rivera", in: "Ada")
        scene.write("Rivera", in: "Ada")
        scene.cut()
        scene.see("Ada", in: "Ada", upTo: 1)
        #expect(
            scene.transcript == """
                Rivera ← seen 1 of Ada
                Ada ← unread 1 of Ada
                """)
    }

    @Test("A receipt that is not above the former one changes nothing")
    func aReceiptThatGoesBack() {
        var scene = Scene(waiting: "Ada")
        for _ in 1...3 { scene.write("Ada", in: "Ada") }
        scene.see("Rivera", in: "Ada", upTo: 2)
        scene.receive("Rivera", in: "Ada", upTo: 3)
        scene.cut()
        scene.see("Rivera", in: "Ada", upTo: 2)
        scene.see("Rivera", in: "Ada", upTo: 1)
        scene.receive("Rivera", in: "Ada", upTo: 3)
        #expect(scene.transcript == "")
        #expect(scene.chat("Ada", of: "Rivera")?.unread == 1)
    }

    @Test("Delivered and seen are told to the writer and change no count but the reader's")
    func deliveredAndSeen() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.cut()
        scene.receive("Rivera", in: "Ada")
        scene.see("Rivera", in: "Ada")
        #expect(
            scene.transcript == """
                Ada ← delivered 1 of Ada
                Ada ← seen 1 of Ada
                Rivera ← unread 0 of Ada
                """)
    }

    @Test("Receipts of an ended chat still count")
    func receiptsOfAnEndedChat() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.leave("Ada")
        scene.cut()
        scene.see("Rivera", in: "Ada")
        #expect(scene.transcript == "Rivera ← unread 0 of Ada")
    }

    @Test("Each patient's count is their own")
    func eachPatientsCount() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.write("Ben", in: "Ben")
        scene.write("Ben", in: "Ben")
        scene.see("Rivera", in: "Ada")
        #expect(scene.chat("Ada", of: "Rivera")?.unread == 0)
        #expect(scene.chat("Ben", of: "Rivera")?.unread == 2)
    }
}
