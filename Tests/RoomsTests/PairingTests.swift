import RelayTesting
import Rooms
import Testing

/// What the pages say to each other before they can seal goes to the other page, and nowhere else.
@Suite("Pairing")
struct PairingTests {
    @Test("A commit goes to the session that has the visit, the offer back, the wrap after it")
    func aRun() {
        var scene = Scene(waiting: "Ada")
        scene.command("Ada", .commit(session: scene.session("Rivera")))
        scene.command("Rivera", .offer(scene.visit("Ada")))
        scene.command("Ada", .wrap(scene.conversation("Ada")))
        #expect(
            scene.transcript == """
                Rivera ← commit of Ada
                Ada ← offer of Rivera
                Rivera ← wrap of Ada
                """)
    }

    @Test("Nothing of it is held")
    func nothingIsHeld() {
        var scene = Scene(waiting: "Ada")
        let held = scene.shell.stores.count
        scene.command("Ada", .commit(session: scene.session("Rivera")))
        scene.command("Ada", .wrap(scene.conversation("Ada")))
        #expect(scene.shell.stores.count == held && scene.shell.cards.isEmpty)
    }

    @Test("A visit of nobody says nothing to anybody, and nobody offers it anything")
    func aVisitOfNobody() {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada"])
        scene.command("Ada", .commit(session: scene.session("Rivera")))
        scene.command("Rivera", .offer(scene.visit("Ada")))
        scene.command("Rivera", .pair(scene.visit("Ada")))
        #expect(scene.transcript.isEmpty)
    }

    @Test("Only the session that has the visit takes part")
    func anotherProvider() {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada"])
        scene.open("Ada", by: "Rivera")
        scene.cut()
        scene.command("Ada", .commit(session: scene.session("Lee")))
        scene.command("Lee", .offer(scene.visit("Ada")))
        scene.command("Lee", .pair(scene.visit("Ada")))
        #expect(scene.transcript.isEmpty)
    }

    @Test("Only the patient of a conversation wraps a key for it")
    func anotherPatient() {
        var scene = Scene(onDuty: ["Rivera"], waiting: ["Ada", "Ben"])
        scene.command("Ben", .wrap(scene.conversation("Ada")))
        scene.command("Ben", .wrap(ConversationID(77)))
        #expect(scene.transcript.isEmpty)
    }

    @Test("A page that took a place over has no part in the former page's conversation")
    func aFormerPage() {
        var scene = Scene(waiting: "Ada")
        let former = scene.conversation("Ada")
        scene.open("Ada", by: "Rivera")
        scene.write("Ada", in: "Ada")
        scene.showRejoinCode("Ada")
        scene.closeTab("Ada")
        scene.rejoin("Ada")
        scene.cut()
        scene.command("Ada", .wrap(former))
        #expect(scene.transcript.isEmpty)
    }

    @Test("What is said to a page that is away is lost; asking for it brings the claim again")
    func askingAgain() {
        var scene = Scene(waiting: "Ada")
        scene.drop("Rivera")
        scene.cut()
        scene.command("Ada", .commit(session: scene.session("Rivera")))
        #expect(scene.transcript.isEmpty)
        scene.reconnect("Rivera")
        scene.cut()
        scene.command("Rivera", .pair(scene.visit("Ada")))
        #expect(scene.transcript == "Ada ← chat Ada waiting")
    }

    @Test("Every conversation of the visit that is not erased is claimed again, ended ones too")
    func askingAgainAfterTheEnd() {
        var scene = Scene(waiting: "Ada")
        scene.open("Ada", by: "Rivera")
        scene.write("Ada", in: "Ada")
        scene.endChat("Ada")
        scene.cut()
        scene.command("Rivera", .pair(scene.visit("Ada")))
        #expect(scene.transcript.split(separator: "\n").count == 2)
        #expect(scene.transcript.contains("ended"))
        #expect(scene.transcript.contains("waiting"))
    }

    @Test("A page comes back with the key that it came with", arguments: ["Ada", "Rivera"])
    func theKeyStays(name: String) {
        let scene = Scene(waiting: "Ada")
        var room = scene.room
        var effects: [Effect] = []
        let page = scene.page(name)
        let connection = ConnectionID(900)
        let entrance: Entrance =
            switch page.role {
            case .patient:
                .patient(
                    PatientEntrance(
                        secret: page.secret, pageKey: .numbered(99), resume: [],
                        source: SourceID(1), entropy: 0))
            case .provider(let provider):
                .provider(
                    ProviderEntrance(
                        provider: provider, secret: page.secret, pageKey: .numbered(99),
                        resume: [], key: SignInKeyID(0)))
            }
        room.handle(
            .connected(connection, entrance), at: Instant(nanoseconds: 0), into: &effects)
        #expect(effects == [.disconnect(connection, .protocolError)])
    }

    @Test("A page that takes a place over brings its own key, and the row shows it")
    func aRejoinBringsAnotherKey() {
        var scene = Scene(waiting: "Ada")
        let former = scene.page("Ada").pageKey
        let visit = scene.visit("Ada")
        scene.showRejoinCode("Ada")
        scene.closeTab("Ada")
        scene.rejoin("Ada")
        let shown = scene.page("Rivera").rows[visit]?.pageKey
        #expect(shown == scene.page("Ada").pageKey)
        #expect(shown != former)
    }

    @Test("Nothing is offered to a patient whose visit is over")
    func noOfferAfterTheEnd() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.remove("Ada")
        #expect(scene.page("Ada").connection != nil)
        scene.cut()
        scene.command("Rivera", .offer(scene.visit("Ada")))
        #expect(scene.transcript == "")
    }
}
