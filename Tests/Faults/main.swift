import Foundation
import NIOCore
import NIOPosix
import RelayClient

// Real clients and a real relay, with a wire between them that does harm. Standard input has a
// line of JSON (`Order`); the last line of the output is the `Verdict`. Exits with 0 if nothing was
// lost, doubled, out of order or told falsely.

struct Order: Decodable {
    /// The relay's.
    var port: Int
    /// Where the wire begins: an origin that the relay knows.
    var wire: Int
    var ca: String
    /// One for each room, with the room's name.
    var rooms: [String: String]
    var patients: Int
    var messages: Int
    var perRound: Int
    var seed: UInt64
    /// Seconds between two faults of one connection; 0: no faults.
    var pause: Double
    var mutant: String?
    /// Seconds after which the run is given up.
    var limit: Double
}

/// Prints a line at once, also into a pipe.
func say(_ line: String) {
    FileHandle.standardOutput.write(Data("\(line)\n".utf8))
}

struct Verdict: Encodable {
    var tally: Tally
    var connections: Int
    var faults: [String: Int]
    var seconds: Double
    var isClean: Bool
}

guard let line = readLine(),
    let order = try? JSONDecoder().decode(Order.self, from: Data(line.utf8))
else { exit(2) }
let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()
let wire = try await loop.submit {
    NIOLoopBound(
        FaultyWire(
            to: order.port, seed: order.seed, pause: max(order.pause, 0.001), on: loop),
        eventLoop: loop)
}.get()
do {
    try await loop.flatSubmit {
        if order.pause == 0 { wire.value.calm() }
        return wire.value.listen(on: order.wire)
    }.get()
} catch {
    // Without this the run would end as a trap does, and say nothing of why.
    say("the wire could not begin at port \(order.wire): \(error)")
    exit(2)
}
let transport = NIOTransport(trust: .file(order.ca))
let clinics = try order.rooms.sorted { $0.key < $1.key }.map { room, token in
    try Clinic(
        at: RelayAddress("https://localhost:\(order.wire)/r/\(room)"), token: token,
        patients: order.patients, perRound: order.perRound, transport: transport,
        mutant: order.mutant.flatMap(Mutant.init(rawValue:)))
}
let clock = ContinuousClock()
let begun = clock.now
func elapsed() -> Double {
    let time = (clock.now - begun).components
    return Double(time.seconds) + Double(time.attoseconds) / 1e18
}

for clinic in clinics { await clinic.begin() }
var tally = Tally()
var nextReport = 10.0
repeat {
    try await Task.sleep(for: .seconds(1))
    tally = Tally()
    for clinic in clinics { tally += await clinic.progress }
    if elapsed() >= nextReport {
        nextReport += 10
        say(
            "\(Int(elapsed())) s: \(tally.sent) sent, \(tally.received) received, "
                + "\(tally.erasedConversations) chats erased, \(tally.disconnections) lost "
                + "connections, \(tally.complaints.count) complaints")
    }
} while tally.sent < order.messages && elapsed() < order.limit && tally.complaints.isEmpty
try await loop.submit { wire.value.calm() }.get()
// Everything that is on its way arrives, or is lost: half-open connections are noticed in 30 s.
let settling = clock.now + .seconds(tally.complaints.isEmpty ? 120 : 5)
var isQuiet = false
while !isQuiet, clock.now < settling {
    try await Task.sleep(for: .milliseconds(200))
    isQuiet = true
    for clinic in clinics where await clinic.end() == false { isQuiet = false }
}
tally = Tally()
for clinic in clinics { tally += await clinic.leave() }
let (connections, faults) = try await loop.submit {
    (wire.value.connectionCount, wire.value.counts)
}.get()
let verdict = Verdict(
    tally: tally, connections: connections,
    faults: Dictionary(uniqueKeysWithValues: faults.map { ($0.key.rawValue, $0.value) }),
    seconds: elapsed(), isClean: tally.isClean && isQuiet)
say(String(decoding: try JSONEncoder().encode(verdict), as: UTF8.self))
exit(verdict.isClean ? 0 : 1)
