import RelayTesting
import Testing

@testable import Rooms

/// What a room says that it holds: the operator's answer to "what could be handed over?".
@Suite("Holdings")
struct HoldingsTests {
    @Test("Nothing is held of nobody")
    func nobody() {
        let room = Room()
        #expect(room.isEmpty)
        #expect(room.heldVisits.isEmpty && room.heldSessions.isEmpty && room.heldChats.isEmpty)
        #expect(
            room.memories
                == .init(rejoinCodes: 0, pageKeys: 0, addressHashes: 0, erasures: 0))
        #expect(room.counts == .init(visits: 0, sessions: 0, conversations: 0, wiping: 0))
    }

    @Test("Of each visit, session and chat: who, since when, and whether they are there")
    func visitsSessionsAndChats() {
        var scene = Scene(onDuty: ["Rivera"], waiting: ["Ada"])
        scene.wait(.seconds(3))
        scene.checkIn("Ben")
        scene.drop("Ben")
        scene.write("Ada", in: "Ada")
        scene.wait(.seconds(2))
        scene.write("Rivera", in: "Ada")
        scene.endChat("Ada")
        scene.drop("Rivera")
        let room = scene.room
        #expect(!room.isEmpty)
        func at(_ seconds: UInt64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }
        #expect(
            room.heldVisits == [
                .init(visit: scene.visit("Ada"), arrived: at(0), isConnected: true),
                .init(visit: scene.visit("Ben"), arrived: at(3), isConnected: false),
            ])
        #expect(
            room.heldSessions == [.init(session: scene.session("Rivera"), isConnected: false)])
        let chats = room.heldChats.sorted { $0.conversation < $1.conversation }
        #expect(
            chats.first
                == .init(
                    conversation: scene.conversation("Ada"), visit: scene.visit("Ada"),
                    session: scene.session("Rivera"), phase: .ended, firstMessageAt: at(3),
                    lastActivity: at(5), messageCount: 2))
        #expect(chats.dropFirst().map(\.messageCount) == [0, 0])
        #expect(room.counts == .init(visits: 2, sessions: 1, conversations: 3, wiping: 0))
    }

    @Test("What is being wiped is counted until the host has wiped it")
    func whatIsBeingWiped() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.slowTheHost()
        scene.close("Ada")
        #expect(scene.room.counts == .init(visits: 2, sessions: 1, conversations: 1, wiping: 1))
        #expect(scene.room.memories.erasures == 0)
        scene.answerErasures()
        #expect(scene.room.counts == .init(visits: 2, sessions: 1, conversations: 2, wiping: 0))
        #expect(scene.room.memories.erasures == 1)
    }

    @Test("Nothing is remembered of what was erased when everybody has gone")
    func anEmptyRoom() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.close("Ada")
        #expect(scene.room.memories.erasures == 1)
        scene.leave("Ada")
        #expect(scene.room.memories.erasures == 1)
        scene.command("Rivera", .signOut)
        #expect(
            scene.room.memories
                == .init(rejoinCodes: 0, pageKeys: 0, addressHashes: 0, erasures: 0))
    }

    @Test("An empty room numbers on")
    func anEmptyRoomNumbersOn() {
        var scene = Scene(waiting: "Ada")
        scene.leave("Ada")
        scene.command("Rivera", .signOut)
        scene.signIn("Rivera")
        scene.checkIn("Ben")
        #expect(scene.room.lastVisit == 2)
        #expect(scene.room.lastSession == 2)
        #expect(scene.room.lastConversation == 2)
    }

    @Test("An empty room is as full as the relay was, and drains on")
    func anEmptyRoomIsAsOpenAsItWas() {
        var scene = Scene(onDuty: ["Rivera"])
        scene.happen(.pressure(.high))
        scene.command("Rivera", .signOut)
        scene.checkIn("Ada")
        #expect(scene.page("Ada").closing == .relayFull)
        let later = Instant(nanoseconds: 60_000_000_000)
        scene.signIn("Rivera")
        scene.happen(.draining(until: later))
        scene.command("Rivera", .signOut)
        scene.checkIn("Ada")
        #expect(scene.page("Ada").closing == .stopping)
        scene.signIn("Lee")
        #expect(scene.page("Lee").stoppingAt == later)
    }

    @Test("An empty room knows who guessed codes, for as long as any room")
    func anEmptyRoomKnowsWhoGuessed() {
        var scene = Scene(onDuty: ["Rivera"])
        for _ in 1...scene.room.limits.wrongCodesPerSource {
            scene.checkIn("Guesser", from: 7, rejoin: RejoinCode(0))
        }
        scene.command("Rivera", .signOut)
        scene.checkIn("Guesser", from: 7, rejoin: RejoinCode(0))
        #expect(scene.page("Guesser").closing == .tooManyTries)
        #expect(scene.room.memories.addressHashes == 1)
        scene.wait(scene.room.limits.wrongCodeWindow)
        #expect(scene.room.memories.addressHashes == 0)
    }

    @Test("Codes, keys and hashes of addresses are counted, each once")
    func memories() {
        var scene = Scene(onDuty: ["Rivera", "Lee"])
        scene.checkIn("Ada", from: 1)
        scene.checkIn("Ben", from: 1)
        scene.checkIn("Cy", from: 2)
        scene.checkIn("Guesser", from: 3, rejoin: RejoinCode(0))
        scene.rejoin("Guesser", code: RejoinCode(0), from: 2)
        #expect(
            scene.room.memories
                == .init(rejoinCodes: 3, pageKeys: 5, addressHashes: 3, erasures: 0))
        scene.signIn("Lee")  // Waits for a press: one more key.
        #expect(scene.room.memories.pageKeys == 6)
    }

    @Test("A secret is remembered while its page could come back or waits for a press")
    func secrets() {
        var scene = Scene(waiting: "Ada")
        let ada = scene.page("Ada").secret
        let former = scene.page("Rivera").secret
        #expect(scene.room.remembers(ada) && scene.room.remembers(former))
        scene.signIn("Rivera")
        let waiting = scene.page("Rivera").secret
        #expect(scene.room.remembers(former) && scene.room.remembers(waiting))
        scene.command("Rivera", .bye)
        #expect(scene.room.remembers(former) && !scene.room.remembers(waiting))
        scene.leave("Ada")
        #expect(!scene.room.remembers(ada))
    }
}
