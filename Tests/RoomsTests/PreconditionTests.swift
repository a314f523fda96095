import RelayTesting
import Testing

@testable import Rooms

/// What is ours to keep true: a value that cannot be ends the process. Each test starts some.
@Suite("Preconditions")
struct PreconditionTests {
    @Test("No duration is negative, and none is longer than 285 years")
    func durations() async {
        await #expect(processExitsWith: .failure) {
            _ = Duration.seconds(-1).wholeNanoseconds
        }
        await #expect(processExitsWith: .failure) {
            _ = Duration.seconds(9_000_000_000).wholeNanoseconds
        }
    }

    @Test("A code has 20 bits, a key 65 bytes, a rate allows at least one")
    func bounds() async {
        #expect(RejoinCode((1 << 20) - 1).rawValue == 0xF_FFFF)
        #expect(MessageRate(burst: 1, interval: .seconds(1)).burst == 1)
        await #expect(processExitsWith: .failure) { _ = RejoinCode(1 << 20) }
        await #expect(processExitsWith: .failure) {
            _ = PageKey(Array(repeating: 4, count: 64))
        }
        await #expect(processExitsWith: .failure) {
            _ = PageKey(Array(repeating: 4, count: 66))
        }
        await #expect(processExitsWith: .failure) {
            _ = MessageRate(burst: 0, interval: .seconds(1))
        }
    }

    @Test("A connection enters once")
    func aConnectionEntersOnce() async {
        await #expect(processExitsWith: .failure) { PreconditionTests.enterTwice(.patient) }
        await #expect(processExitsWith: .failure) { PreconditionTests.enterTwice(.provider) }
    }

    private static func enterTwice(_ slot: Slot) {
        var room = Room()
        var effects: [Effect] = []
        for number in 1...2 as ClosedRange<UInt64> {
            let entrance: Entrance =
                slot == .patient
                ? .patient(
                    PatientEntrance(
                        secret: SecretID(number), pageKey: .numbered(1), source: SourceID(number),
                        entropy: number))
                : .provider(
                    ProviderEntrance(
                        provider: ProviderID(UInt16(number)), secret: SecretID(number),
                        pageKey: .numbered(1), key: SignInKeyID(0)))
            room.handle(
                .connected(ConnectionID(1), entrance), at: Instant(nanoseconds: 0), into: &effects)
        }
    }
}
