import Admission
import Compliance
import Crypto
import Foundation
import RelayServer
import Rooms
import Seeded

/// What a stranger may guess, and the relay refuses.
protocol Question {
    associatedtype Guess
    /// A wrong one: near, its beginning is right; far, nothing is.
    func guess(isNear: Bool, _ random: inout SplitMix) -> Guess
    func answer(_ guess: Guess) async
    /// With the planted mistake.
    func answerEarly(_ guess: Guess) async
}

/// Of each kind, made before anything is measured: making one must not show.
private let guessCount = 4_096

/// Compares as nobody should: leaves at the first byte that differs.
@inline(never)
private func isRightAsFarAsSeen(_ guess: [UInt8], _ right: [UInt8]) -> Bool {
    for index in right.indices where guess[index] != right[index] { return false }
    return true
}

/// Four characters that bring a patient's place back: 20 bits. Near: three of the four are right.
struct RejoinQuestion: Question {
    typealias Guess = (code: RejoinCode, characters: [UInt8])

    private let room: Room
    private let codes: [[UInt8]]
    private let near: [Guess]
    private let far: [Guess]
    private let key = PageKey([4] + Array(repeating: 0, count: PageKey.byteCount - 1))

    /// A room with a hundred patients.
    init(_ random: inout SplitMix) {
        var limits = Limits()
        limits.wrongCodesPerSource = .max
        var room = Room(limits: limits)
        var codes: [UInt32] = []
        for number in UInt64(1)...100 {
            var effects: [Effect] = []
            let entrance = PatientEntrance(
                secret: SecretID(number), pageKey: key, source: SourceID(number),
                entropy: random.next())
            room.handle(
                .connected(ConnectionID(number), .patient(entrance)),
                at: Instant(nanoseconds: 1), into: &effects)
            for case .notify(.checkedIn(_, let code), _) in effects { codes.append(code.rawValue) }
        }
        precondition(codes.count == 100, "a hundred patients check in")
        self.room = room
        self.codes = codes.map(Self.characters)
        var (near, far): ([Guess], [Guess]) = ([], [])
        while near.count < guessCount || far.count < guessCount {
            let isNear = near.count < guessCount
            let chosen = isNear ? codes[random.below(codes.count)] : UInt32(random.below(1 << 20))
            let code = chosen & ~31 | UInt32(random.below(32))
            guard !codes.contains(code), codes.contains(where: { $0 >> 5 == code >> 5 }) == isNear
            else { continue }
            let guess = (RejoinCode(code), Self.characters(code))
            if isNear { near.append(guess) } else { far.append(guess) }
        }
        (self.near, self.far) = (near, far)
    }

    private static func characters(_ code: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(code >> (15 - 5 * $0) & 31) }
    }

    func guess(isNear: Bool, _ random: inout SplitMix) -> Guess {
        let chosen = random.below(guessCount)
        return isNear ? near[chosen] : far[chosen]
    }

    func answer(_ guess: Guess) {
        var room = room
        var effects: [Effect] = []
        let entrance = PatientEntrance(
            secret: SecretID(1_000), pageKey: key, rejoin: guess.code, source: SourceID(1_000),
            entropy: 1)
        room.handle(
            .connected(ConnectionID(1_000), .patient(entrance)), at: Instant(nanoseconds: 2),
            into: &effects)
        precondition(effects.contains { if case .disconnect = $0 { true } else { false } })
    }

    func answerEarly(_ guess: Guess) {
        precondition(!codes.contains { isRightAsFarAsSeen(guess.characters, $0) })
        answer(guess)
    }
}

/// The 32 bytes with which a page comes back. Near: its SHA-256, which is what is compared, begins
/// with two bytes of one that is known.
struct SecretQuestion: Question {
    private let table = SecretTable()
    private let known: [[UInt8]]
    private let near: [(secret: [UInt8], hash: [UInt8])]
    private let far: [(secret: [UInt8], hash: [UInt8])]

    init(_ random: inout SplitMix) throws {
        try SecureHeap.open()
        var known: [[UInt8]] = []
        for _ in 0..<16 {
            let secret = random.bytes(32)
            precondition(table.id(of: secret, isFull: false) != nil, "there is room for it")
            known.append(Self.hash(secret))
        }
        self.known = known
        var (near, far): ([([UInt8], [UInt8])], [([UInt8], [UInt8])]) = ([], [])
        while near.count < guessCount || far.count < guessCount {
            let secret = random.bytes(32)
            let hash = Self.hash(secret)
            if known.contains(where: { $0[0] == hash[0] && $0[1] == hash[1] }) {
                if near.count < guessCount { near.append((secret, hash)) }
            } else if far.count < guessCount, !known.contains(where: { $0[0] == hash[0] }) {
                far.append((secret, hash))
            }
        }
        (self.near, self.far) = (near, far)
    }

    private static func hash(_ secret: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: secret)) }

    func guess(isNear: Bool, _ random: inout SplitMix) -> (secret: [UInt8], hash: [UInt8]) {
        let chosen = random.below(guessCount)
        return isNear ? near[chosen] : far[chosen]
    }

    func answer(_ guess: (secret: [UInt8], hash: [UInt8])) {
        precondition(table.id(of: guess.secret, isFull: true) == nil, "nobody has it")
    }

    func answerEarly(_ guess: (secret: [UInt8], hash: [UInt8])) {
        precondition(!known.contains { isRightAsFarAsSeen(guess.hash, $0) })
        answer(guess)
    }
}

/// A sign-in token whose signature is wrong. Near: it names a provider whom the room has.
struct TokenQuestion: Question {
    private let admission: Admission
    /// Headers and claims, with the point behind them.
    private let near: String
    private let far: String
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    init(_ random: inout SplitMix) throws {
        let key = P256.Signing.PrivateKey()
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "lethe-timing-\(random.next())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(key.publicKey.pemRepresentation.utf8)
            .write(to: folder.appending(path: "desk.pem"))
        admission = Admission(
            keys: try KeySet(directory: folder.path), providers: ["demo": ["rivera"]])
        let (invite, now) = (try InviteKey(pem: key.pemRepresentation, kid: "desk"), now)
        func signed(_ provider: String) throws -> String {
            let token = try invite.token(
                provider: provider, room: "demo", validFor: .seconds(3_600), from: now)
            return String(token[...(token.lastIndex(of: ".") ?? token.startIndex)])
        }
        (near, far) = (try signed("rivera"), try signed("rivero"))
    }

    func guess(isNear: Bool, _ random: inout SplitMix) -> String {
        let signature = Data(random.bytes(64)).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").dropLast(2)
        return (isNear ? near : far) + signature
    }

    func answer(_ guess: String) async {
        guard
            case .failure(.badSignature) = await admission.admit(
                token: guess, to: "demo", at: now)
        else { preconditionFailure("nobody has signed it") }
    }

    /// The planted mistake: claims are looked at before the signature.
    func answerEarly(_ guess: String) async {
        if guess.hasPrefix(near) { await answer(guess) }
    }
}
