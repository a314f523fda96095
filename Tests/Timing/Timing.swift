import Dispatch
import Foundation
import Seeded

/// Whether the time of a refusal tells how near a guess was: Welch's t between guesses that begin
/// right and guesses that do not, in random order. `Timing [SAMPLES [SEED]]`: so many of each.
///
/// Each question is asked twice: as the relay answers it, and with a planted early exit: a
/// comparison that leaves at the first wrong byte, or claims that are looked at before the
/// signature. The first must not show (|t| below 4.5, the customary bound of leakage tests), the
/// second must.
@main
enum Timing {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
        let count = Int(arguments.first ?? 1_000_000)
        let seed = arguments.dropFirst().first ?? Seed.value
        say("\(count) samples of each kind, seed \(seed)")
        var random = SplitMix(seed: seed)
        let rejoin = RejoinQuestion(&random)
        let secret = try SecretQuestion(&random)
        let token = try TokenQuestion(&random)
        var isRight = true
        for hasEarlyExit in [false, true] {
            isRight = await ask("rejoin code", rejoin, hasEarlyExit, count, &random) && isRight
            isRight = await ask("session secret", secret, hasEarlyExit, count, &random) && isRight
            isRight = await ask("sign-in token", token, hasEarlyExit, count, &random) && isRight
        }
        exit(isRight ? 0 : 1)
    }

    static let bound = 4.5

    private static func ask(
        _ name: String, _ question: some Question, _ hasEarlyExit: Bool, _ count: Int,
        _ random: inout SplitMix
    ) async -> Bool {
        var samples = Samples(count)
        while let isNear = samples.next(&random) {
            let guess = question.guess(isNear: isNear, &random)
            let begun = clock()
            await hasEarlyExit ? question.answerEarly(guess) : question.answer(guess)
            samples.add(clock() - begun, isNear: isNear)
        }
        return judge(name, hasEarlyExit, samples)
    }

    private static func judge(_ name: String, _ hasEarlyExit: Bool, _ samples: Samples) -> Bool {
        let welch = samples.welch
        let isSeen = abs(welch.t) >= bound
        let verdict = isSeen ? (hasEarlyExit ? "found" : "SEEN") : (hasEarlyExit ? "MISSED" : "–")
        let place = name + (hasEarlyExit ? ", early exit" : "")
        say(
            place.padding(toLength: 28, withPad: " ", startingAt: 0)
                + String(
                    format: "near %9.1f ns, far %9.1f ns, t %8.2f  ", welch.near, welch.far,
                    welch.t) + verdict)
        return isSeen == hasEarlyExit
    }

    private static func clock() -> Int64 { Int64(DispatchTime.now().uptimeNanoseconds) }

    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data("\(line)\n".utf8))
    }
}

/// Times of two kinds, as many of each.
struct Samples {
    private let count: Int
    private var near: [Int64] = []
    private var far: [Int64] = []

    init(_ count: Int) {
        self.count = count
        near.reserveCapacity(count)
        far.reserveCapacity(count)
    }

    /// Which kind is next; `nil` when there are enough.
    func next(_ random: inout SplitMix) -> Bool? {
        if near.count == count { return far.count == count ? nil : false }
        return far.count == count || random.next() & 1 == 0
    }

    mutating func add(_ time: Int64, isNear: Bool) {
        if isNear { near.append(time) } else { far.append(time) }
    }

    /// The slowest tenth of both together is left out: there the machine did something else.
    var welch: (near: Double, far: Double, t: Double) {
        let sorted = (near + far).sorted()
        let longest = sorted[sorted.count * 9 / 10]
        let (a, b) = (Moments(near, upTo: longest), Moments(far, upTo: longest))
        let error = (a.variance / a.count + b.variance / b.count).squareRoot()
        return (a.mean, b.mean, (a.mean - b.mean) / error)
    }

    private struct Moments {
        var count = 0.0
        var mean = 0.0
        var variance = 0.0

        init(_ times: [Int64], upTo longest: Int64) {
            let kept = times.lazy.filter { $0 <= longest }.map(Double.init)
            for time in kept {
                count += 1
                mean += time
            }
            mean /= count
            for time in kept { variance += (time - mean) * (time - mean) }
            variance /= count - 1
        }
    }
}
