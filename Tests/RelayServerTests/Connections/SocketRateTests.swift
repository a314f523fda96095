import NIOCore
import Testing

@testable import RelayServer

@Suite("The rate of one socket")
struct SocketRateTests {
    private let limits = ServerLimits()

    private func verdicts(
        _ count: Int, byteCount: Int, at now: NIODeadline, _ rate: inout SocketRate
    ) -> [SocketRate.Verdict] {
        (0..<count).map { _ in rate.take(frame: byteCount, at: now, limits) }
    }

    @Test("A hundred frames are fine, the next is warned of, the 201st is a flood")
    func frames() {
        var rate = SocketRate()
        let now = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
        let verdicts = verdicts(201, byteCount: 0, at: now, &rate)
        #expect(verdicts.prefix(100).allSatisfy { $0 == .fine })
        #expect(verdicts[100] == .warn)
        #expect(verdicts[101..<200].allSatisfy { $0 == .fine })
        #expect(verdicts[200] == .flood)
    }

    @Test("256 KiB are fine, and 320 KiB are not too many")
    func bytes() {
        var rate = SocketRate()
        let now = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
        let verdicts = verdicts(81, byteCount: 4_096, at: now, &rate)
        #expect(verdicts.prefix(64).allSatisfy { $0 == .fine })
        #expect(verdicts[64] == .warn)
        #expect(verdicts[65..<80].allSatisfy { $0 == .fine })
        #expect(verdicts[80] == .flood)
    }

    @Test("A rest gives all of it back, and the warning was the only one")
    func aRest() {
        var rate = SocketRate()
        var now = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
        #expect(verdicts(150, byteCount: 0, at: now, &rate).filter { $0 == .warn }.count == 1)
        now = now + .seconds(2)
        #expect(verdicts(200, byteCount: 0, at: now, &rate).allSatisfy { $0 == .fine })
        #expect(rate.take(frame: 0, at: now, limits) == .flood)
    }
}
