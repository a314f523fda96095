import RelayTesting
import Rooms
import Testing

@Suite("The chat box")
struct BoxTests {
    @Test("Opening another chat erases the ended one")
    func openingAnotherChatErasesTheEndedOne() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.leave("Ada")
        scene.cut()
        scene.open("Ben")
        #expect(
            scene.transcript == """
                """)
    }
}
