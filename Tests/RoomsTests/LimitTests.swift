import RelayTesting
import Rooms
import Testing

/// Each bound is reached here: the new thing is refused with a reason, and nothing that lives is
/// harmed.
@Suite("Limits")
struct LimitTests {
    private func limits(_ change: (inout Limits) -> Void) -> Limits {
        var limits = Limits()
        change(&limits)
        return limits
    }

    @Test("The defaults are the ones of the documents")
    func defaults() {
        let limits = Limits()
        #expect(limits.visitsPerRoom == 1_000)
        #expect(limits.visitsPerSource == 3)
        #expect(limits.conversationsPerSession == 1_200)
        #expect(limits.messagesPerConversation == 2_000)
        #expect(limits.bytesPerConversation == 2 * 1_024 * 1_024)
        #expect(limits.pendingMessages == 20)
        #expect(limits.wrongCodesPerSource == 5)
        #expect(limits.wrongCodeWindow == .seconds(600))
        #expect(limits.sourcesWithWrongCodes == 4_096)
        #expect(limits.rememberedErasures == 4_096)
        #expect(limits.conversationsPerRoom == 0xFF_FFFF)
        #expect(limits.epochsPerPairing == 0xFFFF)
        #expect(limits.patientMessages == MessageRate(burst: 10, interval: .seconds(1)))
        #expect(limits.providerMessages == MessageRate(burst: 40, interval: .milliseconds(50)))
        #expect(limits.providerGrace == .seconds(90))
        #expect(limits.patientGrace == .seconds(120))
        #expect(limits.rejoinGrace == .seconds(600))
        #expect(limits.maximumAge == .seconds(4 * 60 * 60))
        #expect(limits.maximumAgeWarning == .seconds(600))
        #expect(limits.idle == nil)
        #expect(limits.idleWarning == .seconds(120))
    }

    // MARK: The room

    @Test("visitsPerRoom: the queue is full, those who wait are not disturbed")
    func visitsPerRoom() {
        var scene = Scene(waiting: "Ada", "Ben", limits: limits { $0.visitsPerRoom = 2 })
        scene.checkIn("Cy")
        #expect(scene.transcript == "Cy ✕ queueFull")
        scene.leave("Ada")
        scene.checkIn("Di")
        #expect(scene.page("Di").isCheckedIn)
    }

    @Test("visitsPerSource: one address cannot fill the queue")
    func visitsPerSource() {
        var scene = Scene(onDuty: ["Rivera"], limits: limits { $0.visitsPerSource = 2 })
        for name in ["Ada", "Ben", "Cy"] { scene.checkIn(name, from: 1) }
        #expect(scene.page("Cy").closing == .sourceFull)
        scene.checkIn("Di", from: 2)
        #expect(scene.page("Di").isCheckedIn)
        scene.leave("Ada")
        scene.checkIn("Ed", from: 1)
        #expect(scene.page("Ed").isCheckedIn)
    }

    @Test("A room may ask for a provider to be there first")
    func checkInNeedsProvider() {
        var policy = Policy()
        policy.checkInNeedsProvider = true
        var scene = Scene(onDuty: [], policy: policy)
        scene.checkIn("Ada")
        #expect(scene.transcript == "Ada ✕ closed")
        scene.signIn("Rivera")
        scene.checkIn("Ben")
        #expect(scene.page("Ben").isCheckedIn)
    }

    @Test("conversationsPerSession: a full session ends no chat that would need another")
    func conversationsPerSession() {
        var scene = Scene(waiting: "Ada", "Ben", limits: limits { $0.conversationsPerSession = 2 })
        scene.write("Ada", in: "Ada")
        scene.endChat("Ada")
        #expect(scene.transcript.hasSuffix("Rivera ← refused endChat (sessionFull)"))
        #expect(scene.chat("Ada", of: "Ada")?.phase == .waiting)
    }

    @Test("conversationsPerRoom: no handle is used twice, even when they run out")
    func conversationsPerRoom() {
        var scene = Scene(waiting: "Ada", limits: limits { $0.conversationsPerRoom = 2 })
        scene.close("Ada")
        scene.close("Ada/2")
        #expect(scene.page("Ada").chats.isEmpty)
        scene.cut()
        scene.open("Ada")
        #expect(scene.transcript == "Rivera ← refused openChat (sessionFull)")
    }

    @Test("A claim that is refused for want of a handle changes nothing")
    func aClaimWithoutAHandle() {
        var scene = Scene(
            onDuty: ["Rivera", "Lee"], waiting: ["Ada", "Ben"],
            limits: limits { $0.conversationsPerRoom = 1 })
        scene.open("Ada", by: "Rivera")
        scene.cut()
        scene.open("Ben", by: "Lee")
        #expect(scene.transcript == "Lee ← refused openChat (sessionFull)")
        #expect(scene.row("Ben", of: "Lee")?.holder == .nobody)
    }

    @Test("A visit that still lacks a chat is not told of again when another comes")
    func toldOnce() {
        var scene = Scene(waiting: "Ada", "Ben", limits: limits { $0.conversationsPerSession = 1 })
        scene.checkIn("Cy")
        #expect(scene.transcript(of: "Rivera").contains("row Cy"))
        #expect(!scene.transcript(of: "Rivera").contains("row Ben"))
    }

    @Test("epochsPerPairing: a pair of pages has only so many chats")
    func epochsPerPairing() {
        var scene = Scene(waiting: "Ada", limits: limits { $0.epochsPerPairing = 2 })
        scene.close("Ada")
        scene.close("Ada/2")
        #expect(scene.page("Ada").chats.isEmpty)
        scene.cut()
        scene.open("Ada")
        #expect(scene.transcript == "Rivera ← refused openChat (sessionFull)")
        scene.rejoin("Ada")
        #expect(scene.chat("Ada/3", of: "Ada")?.epoch == 0)
    }

    @Test(
        "pendingMessages: a count that no honest page says closes the socket", arguments: [-1, 21])
    func pendingMessages(count: Int) {
        var scene = Scene(waiting: "Ada")
        scene.keepPending("Ada", 20)
        #expect(scene.row("Ada")?.pending == 20)
        scene.keepPending("Ada", count)
        #expect(scene.page("Ada").closing == .protocolError)
        #expect(scene.row("Ada")?.pending == 20)
    }

    @Test("rememberedErasures: an erasure long past is unknown")
    func rememberedErasures() {
        var scene = Scene(waiting: "Ada", limits: limits { $0.rememberedErasures = 2 })
        for label in ["Ada", "Ada/2", "Ada/3"] { scene.close(label) }
        scene.cut()
        for label in ["Ada", "Ada/2", "Ada/3"] { scene.close(label) }
        #expect(
            scene.transcript == """
                Rivera ← refused closeChat (unknownConversation)
                Rivera ← erased Ada/2 (closed)
                Rivera ← erased Ada/3 (closed)
                """)
    }

    // MARK: A conversation

    @Test("messagesPerConversation: nearly full from 90 %, then the new message is refused")
    func messagesPerConversation() {
        var scene = Scene(waiting: "Ada", limits: limits { $0.messagesPerConversation = 10 })
        for _ in 1...8 { scene.write("Rivera", in: "Ada") }
        scene.cut()
        scene.write("Rivera", in: "Ada")
        #expect(
            scene.transcript == """
                Rivera ← accepted 9 of Ada
                Ada ← message 9 of Ada
                Ada ← unread 9 of Ada
                Ada ← nearly full Ada
                Rivera ← nearly full Ada
                """)
        scene.write("Ada", in: "Ada")
        scene.cut()
        scene.write("Ada", in: "Ada")
        scene.write("Rivera", in: "Ada")
        #expect(
            scene.transcript == """
                Ada ← refused message 2 of Ada (conversationFull)
                Rivera ← refused message 10 of Ada (conversationFull)
                """)
        #expect(scene.held("Ada") == 10)
    }

    @Test("bytesPerConversation: the same in bytes, and a smaller message may still fit")
    func bytesPerConversation() {
        var scene = Scene(waiting: "Ada", limits: limits { $0.bytesPerConversation = 1_000 })
        scene.write("Ada", in: "Ada", byteCount: 536)
        scene.write("Ada", in: "Ada", byteCount: 536)
        scene.cut()
        scene.send("Ada", number: 2, in: "Ada", byteCount: 280)
        #expect(
            scene.transcript == """
                Ada ← accepted 2 of Ada
                Rivera ← message 2 of Ada
                Rivera ← unread 2 of Ada
                """)
        scene.send("Ada", number: 3, in: "Ada", byteCount: 184)
        #expect(scene.transcript.hasSuffix("Ada ← nearly full Ada\nRivera ← nearly full Ada"))
        #expect(scene.shell.heldBytes == 1_000)
    }

    @Test("Nearly full in bytes is told once, at 90 %, and again to a page that comes back")
    func nearlyFullInBytes() {
        var scene = Scene(waiting: "Ada", limits: limits { $0.bytesPerConversation = 1_000 })
        for _ in 1...2 { scene.write("Ada", in: "Ada", byteCount: 300) }
        scene.drop("Ada")
        scene.cut()
        scene.reconnect("Ada")
        #expect(!scene.transcript.contains("nearly full"))
        scene.write("Ada", in: "Ada", byteCount: 300)
        #expect(scene.transcript.hasSuffix("Ada ← nearly full Ada\nRivera ← nearly full Ada"))
        scene.cut()
        scene.write("Ada", in: "Ada", byteCount: 24)
        #expect(!scene.transcript.contains("nearly full"))
        scene.drop("Ada")
        scene.cut()
        scene.reconnect("Ada")
        #expect(scene.transcript(of: "Ada").contains("nearly full"))
    }

    @Test("At exactly 90 % in bytes too")
    func exactlyNearlyFullInBytes() {
        var scene = Scene(waiting: "Ada", limits: limits { $0.bytesPerConversation = 1_000 })
        scene.write("Ada", in: "Ada", byteCount: 900)
        scene.drop("Ada")
        scene.cut()
        scene.reconnect("Ada")
        #expect(scene.transcript(of: "Ada").contains("nearly full"))
    }

    @Test("A full chat harms no other")
    func aFullChatHarmsNoOther() {
        var scene = Scene(waiting: "Ada", "Ben", limits: limits { $0.messagesPerConversation = 1 })
        scene.write("Ada", in: "Ada")
        scene.write("Ada", in: "Ada")
        scene.write("Ben", in: "Ben")
        #expect(scene.held("Ben") == 1)
    }

    // MARK: Rates

    @Test("patientMessages: ten at once, then one a second, for all their chats together")
    func patientMessages() {
        var scene = Scene(waiting: "Ada", "Ben")
        for _ in 1...11 { scene.write("Ada", in: "Ada") }
        #expect(scene.transcript.hasSuffix("refused message 11 of Ada (rateLimited, 1000 ms)"))
        #expect(scene.held("Ada") == 10)
        scene.write("Ben", in: "Ben")
        #expect(scene.held("Ben") == 1)
        scene.wait(.seconds(1))
        scene.send("Ada", number: 11, in: "Ada")
        #expect(scene.held("Ada") == 11)
        scene.endChat("Ada")
        scene.write("Ada", in: "Ada/2")
        #expect(scene.transcript.hasSuffix("refused message 1 of Ada/2 (rateLimited, 1000 ms)"))
    }

    @Test("providerMessages: forty at once, then twenty a second")
    func providerMessages() {
        var scene = Scene(waiting: "Ada", "Ben")
        for _ in 1...20 { scene.write("Rivera", in: "Ada") }
        for _ in 1...21 { scene.write("Rivera", in: "Ben") }
        #expect(scene.transcript.hasSuffix("refused message 21 of Ben (rateLimited, 50 ms)"))
        scene.wait(.milliseconds(50))
        scene.send("Rivera", number: 21, in: "Ben")
        #expect(scene.held("Ben") == 21)
    }

    @Test("A refused message costs nothing")
    func aRefusedMessageCostsNothing() {
        var scene = Scene(
            waiting: "Ada",
            limits: limits {
                $0.patientMessages = MessageRate(burst: 1, interval: .seconds(10))
            })
        scene.write("Ada", in: "Ada")
        for _ in 1...5 { scene.send("Ada", number: 2, in: "Ada") }
        scene.wait(.seconds(10))
        scene.send("Ada", number: 2, in: "Ada")
        #expect(scene.held("Ada") == 2)
    }

    // MARK: The relay's memory

    @Test("From 80 % new check-ins are refused, from 100 % new messages too; nothing held goes")
    func pressure() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.happen(.pressure(.high))
        scene.cut()
        scene.checkIn("Ben")
        scene.write("Ada", in: "Ada")
        #expect(
            scene.transcript == """
                Ben ✕ relayFull
                Ada ← accepted 2 of Ada
                Rivera ← message 2 of Ada
                Rivera ← unread 2 of Ada
                """)
        scene.happen(.pressure(.full))
        scene.cut()
        scene.write("Ada", in: "Ada")
        scene.see("Rivera", in: "Ada")
        #expect(
            scene.transcript == """
                Ada ← refused message 3 of Ada (relayFull, 5000 ms)
                Ada ← seen 2 of Ada
                Rivera ← unread 0 of Ada
                """)
        scene.happen(.pressure(.low))
        scene.send("Ada", number: 3, in: "Ada")
        #expect(scene.held("Ada") == 3)
        scene.checkIn("Cy")
        #expect(scene.page("Cy").isCheckedIn)
    }

    @Test("A bound as large as a number can be is a bound")
    func hugeBounds() {
        var scene = Scene(
            waiting: "Ada",
            limits: limits {
                $0.messagesPerConversation = .max
                $0.bytesPerConversation = .max
            })
        scene.write("Ada", in: "Ada")
        #expect(scene.held("Ada") == 1)
    }

    @Test("Nearly full is nine tenths, not eight ninths")
    func nineTenths() {
        var scene = Scene(
            waiting: "Ada",
            limits: limits {
                $0.messagesPerConversation = 100
                $0.providerMessages = MessageRate(burst: 100, interval: .seconds(1))
            })
        for _ in 1...89 { scene.write("Rivera", in: "Ada") }
        #expect(!scene.transcript.contains("nearly full"))
        scene.write("Rivera", in: "Ada")
        #expect(scene.transcript.contains("nearly full"))
    }

    @Test("visitsPerSource: one is one")
    func oneVisitPerSource() {
        var scene = Scene(onDuty: ["Rivera"], limits: limits { $0.visitsPerSource = 1 })
        scene.checkIn("Ada", from: 1)
        scene.checkIn("Ben", from: 1)
        #expect(scene.page("Ada").isCheckedIn)
        #expect(scene.page("Ben").closing == .sourceFull)
    }
}
