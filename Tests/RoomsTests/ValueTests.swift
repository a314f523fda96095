import RelayTesting
import Testing

@testable import Rooms

/// The small values that the rules are made of.
@Suite("Values")
struct ValueTests {
    @Test("Text of clients prints as nothing, in every way")
    func clientText() {
        let text = ClientText(Array("chest pain".utf8))
        var dumped = ""
        dump(text, to: &dumped)
        for printed in [
            "\(text)", String(reflecting: text), "\([text])", "\(Optional(text) as Any)", dumped,
        ] {
            #expect(printed.contains("client text"))
            #expect(!printed.contains("99"), "\(printed) shows bytes")
        }
    }

    @Test("An instant and a duration")
    func instants() {
        let instant = Instant(nanoseconds: 5_000_000_000)
        #expect((instant + .seconds(2)).nanoseconds == 7_000_000_000)
        #expect((instant - .seconds(9)).nanoseconds == 0)
        #expect(instant.since(Instant(nanoseconds: 2_000_000_000)) == .seconds(3))
        #expect(instant.since(Instant(nanoseconds: 6_000_000_000)) == .zero)
        #expect(Duration.milliseconds(1_500).wholeMilliseconds == 1_500)
    }

    @Test("Nanoseconds of a duration, up to 285 years")
    func durations() {
        #expect(Duration.zero.wholeNanoseconds == 0)
        #expect(Duration.nanoseconds(1).wholeNanoseconds == 1)
        #expect(Duration.nanoseconds(999_999_999).wholeNanoseconds == 999_999_999)
        #expect(
            Duration.seconds(8_999_999_999).wholeNanoseconds == 8_999_999_999_000_000_000)
        #expect(Duration.nanoseconds(1_999_999).wholeMilliseconds == 1)
    }

    @Test("A printed key shows no byte")
    func printedKey() {
        var dumped = ""
        dump(PageKey.numbered(99), to: &dumped)
        #expect(!dumped.contains("99"))
    }

    @Test("The other side of a side, the chat of a box")
    func sidesAndBoxes() {
        #expect(Slot.patient.other == .provider && Slot.provider.other == .patient)
        let id = ConversationID(7)
        #expect(Box.none.conversation == nil)
        #expect(Box.open(id).conversation == id && Box.minimised(id).conversation == id)
    }

    @Test("Whose secret an entrance carries")
    func secrets() {
        let key = PageKey.numbered(1)
        let patient = PatientEntrance(
            secret: SecretID(1), pageKey: key, source: SourceID(0), entropy: 0)
        let provider = ProviderEntrance(
            provider: ProviderID(0), secret: SecretID(2), pageKey: key, key: SignInKeyID(0))
        #expect(Entrance.patient(patient).secret == SecretID(1))
        #expect(Entrance.provider(provider).secret == SecretID(2))
        #expect(!provider.tokenIsExpired && provider.resume == nil && patient.resume == nil)
    }

    @Test("Names and instants are in one order, and none is before itself")
    func orders() {
        #expect(ConnectionID(1) < ConnectionID(2) && !(ConnectionID(1) < ConnectionID(1)))
        #expect(VisitID(1) < VisitID(2) && !(VisitID(1) < VisitID(1)))
        #expect(
            ProviderSessionID(1) < ProviderSessionID(2)
                && !(ProviderSessionID(1) < ProviderSessionID(1)))
        #expect(ConversationID(1) < ConversationID(2) && !(ConversationID(1) < ConversationID(1)))
        let instant = Instant(nanoseconds: 1)
        #expect(instant < Instant(nanoseconds: 2) && !(instant < instant))
    }

    @Test("A bucket: a burst at once, then one in each interval, never more than the burst")
    func aBucket() {
        let rate = MessageRate(burst: 3, interval: .seconds(1))
        var bucket = RateBucket()
        var now = Instant(nanoseconds: 0)
        for _ in 1...3 { #expect(bucket.take(rate, at: now) == nil) }
        #expect(bucket.take(rate, at: now) == .seconds(1))
        now = now + .milliseconds(400)
        #expect(bucket.take(rate, at: now) == .milliseconds(600))
        now = now + .milliseconds(600)
        #expect(bucket.take(rate, at: now) == nil)
        #expect(bucket.take(rate, at: now) == .seconds(1))
        now = now + .seconds(1_000)
        for _ in 1...3 { #expect(bucket.take(rate, at: now) == nil) }
        #expect(bucket.take(rate, at: now) != nil)
    }

    @Test("A table keeps its rows through removals, and finds each by its name")
    func aTable() {
        var table = Table<VisitID, UInt32>()
        for number in 1...9 as ClosedRange<UInt32> { table[VisitID(number)] = number * 10 }
        #expect(table.remove(VisitID(3)) == 30)
        #expect(table.remove(VisitID(3)) == nil)
        table[VisitID(9)] = nil
        table[VisitID(1)]? += 1
        for number in 1...9 as ClosedRange<UInt32> {
            let row: UInt32? = [3: nil, 9: nil, 1: 11][number, default: number * 10]
            #expect(table[VisitID(number)] == row)
            #expect(table.place(of: VisitID(number)).map { table.rows[$0] } == row)
        }
        #expect(table.count == 7)
    }

    @Test("Erasures: the oldest is forgotten first")
    func erasures() {
        var erasures = Erasures()
        let wiping = Wiping(
            cause: .closed, visit: VisitID(1), session: ProviderSessionID(1), patientPage: 1,
            messageCount: 0, byteCount: 0, boxShowedIt: false)
        for number in 1...7 as ClosedRange<UInt32> {
            erasures.remember(ConversationID(number), wiping, bound: 3)
            let kept = (1...7 as ClosedRange<UInt32>).filter { erasures[ConversationID($0)] != nil }
            #expect(kept == Array((1...number).suffix(3)))
            #expect(erasures.count == kept.count)
        }
    }

    @Test("Handles carry the room's number, and none is given twice")
    func handles() {
        var room = Room(index: 3)
        var effects: [Effect] = []
        let now = Instant(nanoseconds: 0)
        let key = PageKey.numbered(1)
        room.handle(
            .connected(
                ConnectionID(1),
                .provider(
                    ProviderEntrance(
                        provider: ProviderID(0), secret: SecretID(1),
                        pageKey: key, key: SignInKeyID(0)))), at: now, into: &effects)
        for number in 2...4 as ClosedRange<UInt64> {
            room.handle(
                .connected(
                    ConnectionID(number),
                    .patient(
                        PatientEntrance(
                            secret: SecretID(number), pageKey: key,
                            source: SourceID(number), entropy: number))), at: now, into: &effects)
        }
        let handles = room.conversations.rows.map(\.id.rawValue).sorted()
        #expect(handles == [3 << 24 | 1, 3 << 24 | 2, 3 << 24 | 3])
    }

    @Test("A room that has stopped numbers on, and stays stopped")
    func afterAStop() {
        var scene = Scene(waiting: "Ada", "Ben")
        #expect(scene.conversation("Ada") == ConversationID(1))
        scene.happen(.stopped)
        #expect(scene.room.lastVisit == 2 && scene.room.lastSession == 1)
        #expect(scene.room.lastConversation == 2)
        #expect(scene.room.isStopped)
    }
}
