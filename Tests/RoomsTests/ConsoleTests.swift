import RelayTesting
import Rooms
import Testing

/// D1, D6, D9: a provider session is one page load.
@Suite("Consoles")
struct ConsoleTests {
    @Test("A new console gets everything between signed in and ready")
    func theSnapshot() {
        var scene = Scene(onDuty: ["Rivera"], waiting: ["Ada", "Ben"])
        scene.sendCard("Ada", for: "Rivera")
        scene.write("Ada", in: "Ada")
        scene.open("Ada")
        scene.drop("Rivera")
        scene.cut()
        scene.reconnect("Rivera", resume: [])
        #expect(
            scene.transcript(of: "Rivera") == """
                Rivera ← signed in again
                Rivera ← row Ada: here, yours, chat Ada
                Rivera ← card 1 of Ada
                Rivera ← row Ben: here, yours, chat Ben
                Rivera ← chat Ada waiting
                Rivera ← chat Ben waiting
                Rivera ← unread 1 of Ada
                Rivera ← unread 0 of Ben
                Rivera ← box open Ada
                Rivera ← ready
                """)
    }

    @Test("A lost socket is kept for: patients see it, nothing is erased, and it comes back whole")
    func aLostSocket() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.open("Ada")
        scene.cut()
        scene.drop("Rivera")
        scene.write("Ada", in: "Ada")
        #expect(
            scene.transcript == """
                Ada ← Rivera is reconnecting
                Ben ← Rivera is reconnecting
                Ada ← accepted 2 of Ada
                """)
        scene.cut()
        scene.wait(.seconds(60))
        scene.reconnect("Rivera")
        #expect(
            scene.transcript == """
                Rivera ← signed in again
                Rivera ← row Ada: here, yours, chat Ada
                Rivera ← row Ben: here, yours, chat Ben
                Rivera ← chat Ada waiting
                Rivera ← chat Ben waiting
                Rivera ← message 2 of Ada
                Rivera ← unread 2 of Ada
                Rivera ← unread 0 of Ben
                Rivera ← box open Ada
                Rivera ← ready
                Ada ← Rivera is available
                Ben ← Rivera is available
                """)
    }

    @Test("Every way to say goodbye erases at once", arguments: ["close", "bye", "sign out"])
    func goodbyes(way: String) {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.cut()
        switch way {
        case "bye": scene.command("Rivera", .bye)
        case "sign out": scene.command("Rivera", .signOut)
        default: scene.closeTab("Rivera")
        }
        #expect(scene.shell.heldMessages == 0)
        #expect(scene.page("Ada").erased[scene.conversation("Ada")] == .refreshed)
        #expect(scene.page("Ada").status == .nobody)
        #expect(
            scene.page("Rivera").closing
                == ["bye": .sessionEnded, "sign out": .signedOut][way])
    }

    @Test("After the grace the same page begins again, with nothing")
    func afterTheGrace() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.drop("Rivera")
        scene.wait(.seconds(90))
        scene.cut()
        scene.reconnect("Rivera")
        #expect(
            scene.transcript == """
                Ada ← on duty Rivera
                Rivera ← signed in
                Rivera ← row Ada: here, nobody's
                Rivera ← box none
                Rivera ← ready
                Ada ← chat Ada/2 waiting
                Rivera ← chat Ada/2 waiting
                Rivera ← row Ada: here, yours, chat Ada/2
                Ada ← Rivera is available
                """)
    }

    // MARK: Two consoles of one provider (D9)

    @Test("A second console waits for a press; only the press ends the first")
    func aSecondConsoleWaits() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.signIn("Rivera")
        #expect(
            scene.transcript(of: "Rivera").hasSuffix("Rivera ← console open elsewhere, 1 chats"))
        #expect(scene.held("Ada") == 1)
        scene.cut()
        scene.command("Rivera", .supersede)
        #expect(
            scene.transcript == """
                Rivera ✕ superseded
                relay erases Ada (refreshed)
                relay erases Ben (refreshed)
                Ada ← off duty Rivera
                Ben ← off duty Rivera
                Ada ← on duty Rivera
                Ben ← on duty Rivera
                Rivera ← signed in
                Rivera ← row Ada: here, nobody's
                Rivera ← row Ben: here, nobody's
                Rivera ← box none
                Rivera ← ready
                Rivera ← row Ada: here, yours
                Rivera ← row Ben: here, yours
                Ada ← erased Ada (refreshed)
                Ada ← chat Ada/2 waiting
                Rivera ← chat Ada/2 waiting
                Rivera ← row Ada: here, yours, chat Ada/2
                Ben ← erased Ben (refreshed)
                Ben ← chat Ben/2 waiting
                Rivera ← chat Ben/2 waiting
                Rivera ← row Ben: here, yours, chat Ben/2
                """)
    }

    @Test("The first console's goodbye lets the waiting one in without a press")
    func theFirstSaysGoodbye() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        let first = scene.connection("Rivera")
        scene.signIn("Rivera")
        scene.cut()
        scene.lose(first, .goodbye)
        #expect(
            scene.transcript == """
                relay erases Ada (refreshed)
                Ada ← off duty Rivera
                Ada ← on duty Rivera
                Rivera ← signed in
                Rivera ← row Ada: here, nobody's
                Rivera ← box none
                Rivera ← ready
                Rivera ← row Ada: here, yours
                Ada ← erased Ada (refreshed)
                Ada ← chat Ada/2 waiting
                Rivera ← chat Ada/2 waiting
                Rivera ← row Ada: here, yours, chat Ada/2
                """)
    }

    @Test("So does the end of its grace; its lost socket alone does not")
    func theFirstIsLost() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        let first = scene.connection("Rivera")
        scene.signIn("Rivera")
        scene.lose(first, .lost)
        #expect(scene.held("Ada") == 1)
        #expect(scene.page("Rivera").session == nil)
        scene.wait(.seconds(90))
        #expect(scene.held("Ada") == 0)
        #expect(scene.page("Rivera").session != nil)
    }

    @Test("A console whose first one's socket is gone already needs no press")
    func theFirstIsGone() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.drop("Rivera")
        scene.cut()
        scene.signIn("Rivera")
        #expect(
            scene.transcript(of: "Rivera") == """
                Rivera ← signed in
                Rivera ← row Ada: here, nobody's
                Rivera ← box none
                Rivera ← ready
                Rivera ← row Ada: here, yours
                Rivera ← chat Ada/2 waiting
                Rivera ← row Ada: here, yours, chat Ada/2
                """)
        #expect(scene.page("Ada").erased[scene.conversation("Ada")] == .refreshed)
    }

    @Test("A third console takes the place of the one that waits")
    func aThirdConsole() {
        var scene = Scene(waiting: "Ada")
        scene.signIn("Rivera")
        scene.cut()
        scene.signIn("Rivera")
        #expect(
            scene.transcript == """
                Rivera ✕ displaced
                Rivera ← console open elsewhere, 0 chats
                """)
    }

    @Test("A waiting console may go away, or say so", arguments: ["close", "bye", "sign out"])
    func aWaitingConsoleGoes(way: String) {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.signIn("Rivera")
        scene.cut()
        switch way {
        case "bye": scene.command("Rivera", .bye)
        case "sign out": scene.command("Rivera", .signOut)
        default: scene.closeTab("Rivera")
        }
        #expect(
            scene.page("Rivera").closing == ["bye": .sessionEnded, "sign out": .signedOut][way])
        #expect(scene.held("Ada") == 1)
        #expect(scene.room.counts.sessions == 1)
    }

    @Test("Until the press, a waiting console may command nothing else")
    func aWaitingConsoleCommandsNothing() {
        var scene = Scene(waiting: "Ada")
        scene.signIn("Rivera")
        scene.cut()
        scene.open("Ada")
        scene.wipe()
        #expect(
            scene.transcript == """
                Rivera ← refused openChat (notAllowed)
                Rivera ← refused wipe (notAllowed)
                """)
    }

    @Test("A press by a console that is signed in is refused")
    func aPressTooMany() {
        var scene = Scene(waiting: "Ada")
        scene.command("Rivera", .supersede)
        #expect(scene.transcript == "Rivera ← refused supersede (notAllowed)")
    }

    @Test("Two providers do not disturb one another")
    func twoProviders() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.signIn("Lee")
        #expect(scene.page("Lee").isReady)
        #expect(scene.held("Ada") == 1)
    }

    // MARK: Tokens and keys

    @Test("An expired token resumes a session that lives and begins none")
    func anExpiredToken() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.drop("Rivera")
        scene.reconnect("Rivera", expired: true)
        #expect(scene.page("Rivera").isReady)
        #expect(scene.held("Ada") == 1)
        scene.cut()
        scene.signIn("Lee", expired: true)
        #expect(scene.transcript == "Lee ✕ signInRefused")
    }

    @Test("A page's secret with another provider's token is refused")
    func anotherProvidersToken() {
        let scene = Scene(waiting: "Ada")
        var room = scene.room
        var effects: [Effect] = []
        let connection = ConnectionID(900)
        room.handle(
            .connected(
                connection,
                .provider(
                    ProviderEntrance(
                        provider: ProviderID(1), secret: scene.page("Rivera").secret,
                        pageKey: scene.page("Rivera").pageKey, key: SignInKeyID(0)))),
            at: Instant(nanoseconds: 0), into: &effects)
        #expect(effects == [.disconnect(connection, .signInRefused)])
    }

    @Test("Removing a key ends its sessions and its waiting consoles, and no others")
    func removingAKey() {
        var scene = Scene(onDuty: [], waiting: ["Ada"])
        scene.signIn("Rivera", key: 1)
        scene.signIn("Lee", key: 2)
        scene.open("Ada", by: "Rivera")
        scene.write("Ada", in: "Ada")
        scene.signIn("Lee", key: 1)
        scene.cut()
        scene.happen(.keyRemoved(SignInKeyID(1)))
        #expect(
            scene.transcript == """
                Lee ✕ signInRefused
                relay erases Ada (refreshed)
                Lee ← row Ada: here, nobody's
                Ada ← off duty Rivera
                Rivera ✕ signInRefused
                Lee ← row Ada: here, yours
                Ada ← Lee is available
                Ada ← erased Ada (refreshed)
                Ada ← chat Ada/2 waiting
                Lee ← chat Ada/2 waiting
                Lee ← row Ada: here, yours, chat Ada/2
                """)
        #expect(scene.room.counts.sessions == 1)
    }

    @Test("A lost session whose key is removed ends too")
    func aLostSessionsKey() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.drop("Rivera")
        scene.happen(.keyRemoved(SignInKeyID(0)))
        #expect(scene.held("Ada") == 0)
    }

    @Test("A resumed session belongs to the key that it resumed with")
    func theKeyOfAResumedSession() {
        var scene = Scene(waiting: "Ada")
        scene.drop("Rivera")
        scene.reconnect("Rivera", key: 5)
        scene.happen(.keyRemoved(SignInKeyID(0)))
        #expect(scene.page("Rivera").connection != nil)
        scene.happen(.keyRemoved(SignInKeyID(5)))
        #expect(scene.page("Rivera").closing == .signInRefused)
    }

    // MARK: Copied

    @Test("Stopping waits for ended chats that nobody copied, and only for those")
    func uncopiedEndedChats() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        #expect(!scene.room.hasUncopiedEndedChats)
        scene.copy("Ada")
        scene.write("Ada", in: "Ada")
        scene.leave("Ada")
        #expect(scene.room.hasUncopiedEndedChats, "what came after the copy was not copied")
        scene.copy("Ada")
        #expect(!scene.room.hasUncopiedEndedChats)
    }

    @Test("It waits for no chat in which nobody wrote")
    func emptyEndedChats() {
        var scene = Scene(waiting: "Ada")
        scene.open("Ada")
        scene.leave("Ada")
        #expect(scene.chat("Ada", of: "Rivera")?.phase == .ended)
        #expect(!scene.room.hasUncopiedEndedChats)
    }

    @Test("Sessions are numbered from 1 upwards, in the order in which they begin")
    func numbers() {
        var scene = Scene(onDuty: ["Rivera", "Lee"])
        #expect(scene.session("Rivera") == ProviderSessionID(1))
        #expect(scene.session("Lee") == ProviderSessionID(2))
        scene.refresh("Rivera")
        #expect(scene.session("Rivera") == ProviderSessionID(3))
    }
}
