import Foundation
import Seeded

#if FUZZING
    /// libFuzzer's way in. `LETHE_FUZZ` names the target.
    @_cdecl("LLVMFuzzerTestOneInput")
    public func readOne(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
        chosen.read(Array(UnsafeBufferPointer(start: data, count: count)))
        return 0
    }

    private let chosen: Target = {
        let name = ProcessInfo.processInfo.environment["LETHE_FUZZ"] ?? ""
        guard let target = Target(rawValue: name) else { preconditionFailure("no target \(name)") }
        return target
    }()
#else
    /// The seeded equivalent, for every test run. The input of a trap is on the tape.
    @main
    enum Fuzz {
        static func main() throws {
            let arguments = CommandLine.arguments
            guard arguments.count >= 5, let seconds = Double(arguments[2]),
                let seed = UInt64(arguments[3])
            else {
                print("usage: Fuzz CORPUS SECONDS SEED TAPE [TARGET…]")
                exit(2)
            }
            let named = arguments.dropFirst(5).compactMap(Target.init(rawValue:))
            let tape = try Tape(arguments[4])
            for target in named.isEmpty ? Target.honest : named {
                let folder = target == .planted ? Target.frames : target
                var mutator = try Mutator(
                    corpus: "\(arguments[1])/\(folder.rawValue)", seed: seed)
                let end = Date().addingTimeInterval(seconds)
                var count = 0
                for input in mutator.corpus {
                    tape.keep(input)
                    target.read(input)
                }
                while Date() < end {
                    for _ in 0..<100 {
                        let input = mutator.next()
                        tape.keep(input)
                        target.read(input)
                    }
                    count += 100
                }
                print("\(target): \(count) inputs from \(mutator.corpus.count)")
            }
        }
    }
#endif

/// Keeps the input that is being read in a file, which outlives a trap.
final class Tape {
    private static let byteCount = 65_536
    private let memory: UnsafeMutableRawPointer

    init(_ path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0, ftruncate(descriptor, off_t(Self.byteCount)) == 0,
            let memory = mmap(
                nil, Self.byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
            memory != MAP_FAILED
        else { throw CocoaError(.fileWriteUnknown) }
        self.memory = memory
    }

    /// A length of four bytes, and the input.
    func keep(_ input: [UInt8]) {
        let count = min(input.count, Self.byteCount - 4)
        memory.storeBytes(of: UInt32(count).bigEndian, as: UInt32.self)
        input.withUnsafeBytes {
            guard let start = $0.baseAddress else { return }
            (memory + 4).copyMemory(from: start, byteCount: count)
        }
    }
}

/// Inputs that are nearly right: those of the corpus, changed a little.
struct Mutator {
    let corpus: [[UInt8]]
    private var random: SplitMix

    private static let longest = 20_000
    private static let numbers: [[UInt8]] = [
        [0], [0x7F], [0x80], [0xFF], [0x7E], [0xFE], [0, 0], [0, 126], [0xFF, 0xFF], [0x80, 0],
        [0, 0, 0, 0, 0, 1, 0, 0], [0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x0D, 0x0A], [0x22], [0x5C, 0x75],
        Array("18446744073709551616".utf8), Array("-1".utf8), Array("1e999".utf8),
        Array("\\ud800".utf8), [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF],
    ]

    init(corpus path: String, seed: UInt64) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        corpus = try names.map { Array(try Data(contentsOf: URL(filePath: "\(path)/\($0)"))) }
        random = SplitMix(seed: seed)
        precondition(!corpus.isEmpty, "a corpus begins with something")
    }

    mutating func next() -> [UInt8] {
        var input = random.pick(corpus) ?? []
        for _ in 0...random.below(4) { change(&input) }
        return Array(input.prefix(Self.longest))
    }

    private mutating func change(_ input: inout [UInt8]) {
        guard !input.isEmpty else { return input = random.bytes(1 + random.below(20)) }
        let place = random.below(input.count)
        let range = place..<min(input.count, place + 1 + random.below(16))
        switch random.below(9) {
        case 0: input[place] = UInt8(random.below(256))
        case 1: input[place] ^= 1 << UInt8(random.below(8))
        case 2: input.removeSubrange(range)
        case 3: input.insert(contentsOf: input[range], at: place)
        case 4: input.insert(contentsOf: random.pick(Self.numbers) ?? [], at: place)
        case 5:
            let number = random.pick(Self.numbers) ?? []
            input.replaceSubrange(place..<min(input.count, place + number.count), with: number)
        case 6: input.removeSubrange(place...)
        case 7: input = input[..<place] + (random.pick(corpus) ?? []).suffix(1 + random.below(400))
        default:
            let repeated = Array(input[range])
            for _ in 0..<random.below(200) { input.insert(contentsOf: repeated, at: place) }
        }
    }
}
