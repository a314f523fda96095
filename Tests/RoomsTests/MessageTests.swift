import RelayTesting
import Rooms
import Testing

/// Numbers, sequences, repeats, and what may not be sent.
@Suite("Messages")
struct MessageTests {
    @Test("A message is held first, then accepted, handed over and counted")
    func aMessage() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        let ada = scene.conversation("Ada")
        let page = scene.connection("Ada")
        let console = scene.connection("Rivera")
        #expect(
            scene.effects == [
                .hold(.message(ada, sequence: 1)),
                .send(.messages(ada, first: 1, last: 1, reader: .patient), to: page),
                .send(.messages(ada, first: 1, last: 1, reader: .provider), to: console),
                .notify(
                    .unread(ada, reader: .provider, epoch: 0, count: 1, sequence: 1), to: console),
            ])
    }

    @Test(
        "Both sides' messages share one order; each page gets every place, as a frame or accepted")
    func oneOrder() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.write("Rivera", in: "Ada")
        scene.write("Ada", in: "Ada")
        #expect(
            scene.transcript == """
                Ada ← accepted 1 of Ada
                Rivera ← message 1 of Ada
                Rivera ← unread 1 of Ada
                Rivera ← accepted 2 of Ada
                Ada ← message 2 of Ada
                Ada ← unread 1 of Ada
                Ada ← accepted 3 of Ada
                Rivera ← message 3 of Ada
                Rivera ← unread 2 of Ada
                """)
    }

    @Test("A repeat gets the same place again and is not held twice")
    func aRepeat() {
        var scene = Scene(waiting: "Ada")
        scene.write("Rivera", in: "Ada")
        scene.write("Ada", in: "Ada")
        scene.cut()
        scene.send("Ada", number: 1, in: "Ada")
        #expect(scene.transcript == "Ada ← accepted 2 of Ada, again")
        #expect(scene.held("Ada") == 2)
    }

    @Test("A repeat is answered even after the chat has ended")
    func aRepeatAfterTheEnd() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.endChat("Ada")
        scene.cut()
        scene.send("Ada", number: 1, in: "Ada")
        #expect(scene.transcript == "Ada ← accepted 1 of Ada, again")
    }

    @Test("After a refusal, later numbers are dropped without complaint until it comes again")
    func afterARefusal() {
        var limits = Limits()
        limits.patientMessages = MessageRate(burst: 1, interval: .seconds(1))
        var scene = Scene(waiting: "Ada", limits: limits)
        for _ in 1...3 { scene.write("Ada", in: "Ada") }
        scene.wait(.seconds(1))
        scene.send("Ada", number: 2, in: "Ada")
        scene.wait(.seconds(1))
        scene.send("Ada", number: 3, in: "Ada")
        #expect(
            scene.transcript(of: "Ada") == """
                Ada ← accepted 1 of Ada
                Ada ← refused message 2 of Ada (rateLimited, 1000 ms)
                Ada ← accepted 2 of Ada
                Ada ← accepted 3 of Ada
                """)
    }

    @Test("The same of a provider's messages")
    func afterARefusalOfTheProvider() {
        var limits = Limits()
        limits.providerMessages = MessageRate(burst: 1, interval: .seconds(1))
        var scene = Scene(waiting: "Ada", limits: limits)
        for _ in 1...3 { scene.write("Rivera", in: "Ada") }
        scene.wait(.seconds(1))
        scene.send("Rivera", number: 2, in: "Ada")
        #expect(
            scene.transcript(of: "Rivera") == """
                Rivera ← accepted 1 of Ada
                Rivera ← refused message 2 of Ada (rateLimited, 1000 ms)
                Rivera ← accepted 2 of Ada
                """)
    }

    @Test("A gap before any message breaks the protocol", arguments: ["Ada", "Rivera"])
    func aGapAtTheBeginning(name: String) {
        var scene = Scene(waiting: "Ada")
        scene.send(name, number: 2, in: "Ada")
        #expect(scene.page(name).closing == .protocolError)
    }

    @Test("So does one after the refused message has come again")
    func aGapAfterTheRepeat() {
        var limits = Limits()
        limits.patientMessages = MessageRate(burst: 1, interval: .seconds(1))
        var scene = Scene(waiting: "Ada", limits: limits)
        for _ in 1...2 { scene.write("Ada", in: "Ada") }
        scene.wait(.seconds(1))
        scene.send("Ada", number: 2, in: "Ada")
        #expect(scene.held("Ada") == 2)
        scene.send("Ada", number: 4, in: "Ada")
        #expect(scene.page("Ada").closing == .protocolError)
    }

    @Test("A gap without a refusal breaks the protocol: the socket is closed as if it were lost")
    func aGap() {
        var scene = Scene(waiting: "Ada")
        scene.write("Ada", in: "Ada")
        scene.cut()
        scene.send("Ada", number: 3, in: "Ada")
        #expect(
            scene.transcript == """
                Ada ✕ protocolError
                Rivera ← row Ada: reconnecting, yours, chat Ada
                """)
        scene.cut()
        scene.reconnect("Ada")
        #expect(scene.page("Ada").connection != nil)
    }

    @Test("A provider who breaks the protocol is shown as reconnecting at once")
    func aBreachByAProvider() {
        var scene = Scene(waiting: "Ada")
        scene.send(.message, from: "Rivera", number: 0, in: "Ada")
        #expect(
            scene.transcript == """
                Rivera ✕ protocolError
                Ada ← Rivera is reconnecting
                """)
    }

    @Test(
        "Frames that no honest page sends close the socket",
        arguments: [
            (FrameKind.message, UInt32(0), Slot?.none, UInt16?.none),
            (.message, 1, .provider, nil),
            (.message, 1, nil, 1),
            (.seen, 2, nil, nil),
            (.delivered, 2, nil, nil),
            (.typing, 0, .provider, nil),
            (.accepted, 1, nil, nil),
            (.unread, 1, nil, nil),
        ])
    func frames(kind: FrameKind, number: UInt32, slot: Slot?, epoch: UInt16?) {
        var scene = Scene(waiting: "Ada")
        scene.write("Rivera", in: "Ada")
        scene.cut()
        scene.send(kind, from: "Ada", number: number, in: "Ada", slot: slot, epoch: epoch)
        #expect(scene.page("Ada").closing == .protocolError)
        #expect(scene.row("Ada")?.presence == .reconnecting)
    }

    @Test("A stranger's chat, an erased one and one that never was get the same answer")
    func strangers() {
        var scene = Scene(waiting: "Ada", "Ben")
        scene.write("Ada", in: "Ada")
        scene.write("Ben", in: "Ben")
        scene.close("Ben")
        scene.cut()
        for id in [scene.conversation("Ada"), scene.conversation("Ben"), ConversationID(99)] {
            for kind in [FrameKind.message, .seen, .delivered, .typing] {
                scene.send(
                    Frame(
                        kind: kind, slot: .patient, epoch: 0, number: 1, conversation: id,
                        byteCount: 280), from: "Ben")
            }
        }
        #expect(
            scene.transcript == """
                Ben ← refused message 1 of Ada (erased)
                Ben ← refused message 1 of Ben (erased)
                Ben ← refused message 1 of chat 99 (erased)
                """)
        #expect(scene.held("Ada") == 1)
    }

    @Test("A provider's frame in a colleague's chat goes nowhere")
    func inAColleaguesChat() {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada"])
        scene.open("Ada", by: "Rivera")
        scene.cut()
        scene.send(.message, from: "Lee", number: 1, in: "Ada", byteCount: 280)
        scene.send(.typing, from: "Lee", number: 0, in: "Ada")
        #expect(scene.transcript == "Lee ← refused message 1 of Ada (erased)")
    }

    @Test("Typing is passed on and not held")
    func typing() {
        var scene = Scene(waiting: "Ada")
        scene.type("Ada", in: "Ada")
        scene.type("Rivera", in: "Ada")
        #expect(
            scene.transcript == """
                Rivera ← typing in Ada
                Ada ← typing in Ada
                """)
        scene.drop("Ada")
        scene.cut()
        scene.type("Rivera", in: "Ada")
        #expect(scene.transcript == "")
    }

    @Test("What is written while the other side is away is held for it")
    func whileTheOtherIsAway() {
        var scene = Scene(waiting: "Ada")
        scene.drop("Ada")
        scene.cut()
        scene.write("Rivera", in: "Ada")
        #expect(scene.transcript == "Rivera ← accepted 1 of Ada")
        scene.cut()
        scene.reconnect("Ada")
        #expect(
            scene.transcript(of: "Ada") == """
                Ada ← checked in again
                Ada ← on duty Rivera
                Ada ← chat Ada waiting
                Ada ← message 1 of Ada
                Ada ← unread 1 of Ada
                Ada ← position 1
                Ada ← Rivera is available
                """)
    }

    @Test("A newcomer who waits for a press may send no frame")
    func aNewcomerSendsNoFrame() {
        var scene = Scene(waiting: "Ada")
        scene.signIn("Rivera")
        scene.cut()
        scene.send(.message, from: "Rivera", number: 1, in: "Ada", byteCount: 280)
        #expect(scene.transcript == "Rivera ✕ protocolError")
    }

    @Test("What was on its way on a socket that was just closed is dropped")
    func onAClosedSocket() {
        var scene = Scene(waiting: "Ada")
        let former = scene.connection("Ada")
        let frame = Frame(
            kind: .message, slot: .patient, epoch: 0, number: 1,
            conversation: scene.conversation("Ada"), byteCount: 280)
        scene.reconnect("Ada")
        scene.cut()
        scene.happen(.frame(frame, from: former))
        scene.happen(.command(.patient(.leave), from: former))
        scene.happen(.disconnected(former, .lost))
        #expect(scene.transcript == "")
        #expect(scene.effects == [])
    }
}
