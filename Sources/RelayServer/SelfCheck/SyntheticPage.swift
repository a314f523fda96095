import CHost
import Glibc
import Rooms
import WireProtocol

/// A console or a patient's page, played over one end of a pair of sockets by a thread that may
/// wait: random bytes of legal sizes, which the relay cannot tell from sealed ones. Whatever it
/// writes or is told lies on the desk of its `Residue` and nowhere else.
struct SyntheticPage {
    /// Why a check cannot go on.
    enum Failure: Error {
        /// The relay did not say what was to come, in time.
        case silent
        /// It closed the pair, or said more than a page of a check is told.
        case broken
    }

    enum Part {
        case text(StaticString)
        case number(UInt32)
        /// So many random bytes, in base64url.
        case secret(byteCount: Int)
        case card(byteCount: Int)
        /// A public key's 65 bytes, as far as a relay looks.
        case key
    }

    private let socket: Int32
    private let slot: Slot
    private let residue: Residue
    /// All that this page was told since it connected.
    private let told: UnsafeMutableRawBufferPointer
    private var toldByteCount = 0
    private var pingCount = 0
    private var messageCount: UInt32 = 0
    private let draft: Draft

    /// - Parameter place: 0, 1 or 2: each page has a part of the desk.
    init(_ socket: Int32, _ slot: Slot, place: Int, residue: Residue) {
        self.socket = socket
        self.slot = slot
        self.residue = residue
        let part = residue.desk.count / 4
        let desk = residue.desk
        told = UnsafeMutableRawBufferPointer(rebasing: desk[place * part..<(place + 1) * part])
        draft = Draft(UnsafeMutableRawBufferPointer(rebasing: desk[(3 * part)...]), residue)
    }

    // MARK: Writing

    /// A text frame.
    func say(_ parts: Part...) throws(Failure) {
        for part in parts { draft.add(part) }
        try send(draft.frame(opcode: 1))
    }

    /// A message whose body, of one of the lengths that there are, is random.
    mutating func message(_ byteCount: Int, in conversation: ConversationID) throws(Failure) {
        messageCount += 1
        draft.add(
            FrameHeader(
                kind: .message, slot: slot, epoch: 0, number: messageCount,
                conversation: conversation, sequence: 0))
        draft.addRandom(byteCount, .message)
        try send(draft.frame(opcode: 2))
    }

    /// The page goes away, and says so: 1001.
    func goodbye() throws(Failure) {
        try send(draft.closing())
    }

    private func send(_ frame: UnsafeRawBufferPointer) throws(Failure) {
        defer { draft.wipe() }
        var rest = frame[...]
        while !rest.isEmpty {
            let count = Glibc.write(
                socket, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count > 0 {
                rest = rest.dropFirst(count)
            } else {
                guard errno == EAGAIN || errno == EINTR else { throw .broken }
                try wait(for: POLLOUT, milliseconds: 5_000)
            }
        }
    }

    // MARK: Being told

    /// Everything that this page sent has been taken, and what it caused has come.
    mutating func sync() throws(Failure) {
        try say(.text("{\"type\":\"ping\"}"))
        pingCount += 1
        try hear("{\"type\":\"pong\"", times: pingCount)
    }

    /// Until the relay has said this so many times since the page connected.
    mutating func hear(
        _ text: String, times: Int = 1, within milliseconds: Int32 = 10_000
    ) throws(Failure) {
        let sought = Array(text.utf8)
        while count(of: sought) < times {
            try wait(for: POLLIN, milliseconds: milliseconds)
            guard try read() > 0 else { throw .broken }
        }
    }

    mutating func hasHeard(_ text: String) throws(Failure) -> Bool {
        while try read() > 0 {}
        return count(of: Array(text.utf8)) > 0
    }

    /// What is left of the page before is dropped.
    mutating func begin() throws(Failure) {
        while try read() > 0 { toldByteCount = 0 }
        toldByteCount = 0
        pingCount = 0
        messageCount = 0
    }

    /// Bytes that came; 0 if there were none.
    private mutating func read() throws(Failure) -> Int {
        let room = UnsafeMutableRawBufferPointer(rebasing: told[toldByteCount...])
        guard room.count > 0 else { throw .broken }
        let count = Glibc.read(socket, room.baseAddress, room.count)
        if count < 0 {
            guard errno == EAGAIN || errno == EINTR else { throw .broken }
            return 0
        }
        guard count > 0 else { throw .broken }
        toldByteCount += count
        return count
    }

    private func wait(for events: Int32, milliseconds: Int32) throws(Failure) {
        var socket = pollfd(fd: socket, events: Int16(events), revents: 0)
        guard poll(&socket, 1, milliseconds) > 0 else { throw .silent }
    }

    private func count(of sought: [UInt8]) -> Int {
        Int(chost_count(told.baseAddress, toldByteCount, sought, sought.count))
    }
}

/// One frame that is being written, masked as a client must, and all that is to be looked for in
/// it: as it is, and as it travels.
private final class Draft {
    /// A header of 8 bytes at most and a masking key, right before the payload.
    private static let head = 12

    private let bytes: UnsafeMutableRawBufferPointer
    private let residue: Residue
    private var end = head
    private var sought: [(Range<Int>, Residue.Kind)] = []

    init(_ bytes: UnsafeMutableRawBufferPointer, _ residue: Residue) {
        self.bytes = bytes
        self.residue = residue
    }

    func wipe() {
        if let start = bytes.baseAddress { explicit_bzero(start, bytes.count) }
        end = Self.head
        sought = []
    }

    // MARK: Adding

    func add(_ part: SyntheticPage.Part) {
        switch part {
        case .text(let text): text.withUTF8Buffer { add(UnsafeRawBufferPointer($0)) }
        case .number(let number):
            String(number).utf8.forEach { add($0) }
        case .secret(let count): addEncoded(count, .secret)
        case .card(let count): addEncoded(count, .card)
        case .key: addEncoded(65, nil)
        }
    }

    func add(_ header: FrameHeader) {
        header.write(into: rest)
        end += FrameHeader.byteCount
    }

    func addRandom(_ count: Int, _ kind: Residue.Kind) {
        fill(UnsafeMutableRawBufferPointer(rebasing: rest[..<count]))
        lookFor(end..<end + count, kind)
        end += count
    }

    /// Random bytes in base64url; both spellings are looked for. Without a kind: a key, which
    /// begins with 4 and is public.
    private func addEncoded(_ count: Int, _ kind: Residue.Kind?) {
        let raw = UnsafeMutableRawBufferPointer(rebasing: bytes[(bytes.count - count)...])
        fill(raw)
        if let kind {
            residue.lookFor(UnsafeRawBufferPointer(raw), kind)
        } else {
            raw[0] = 4
        }
        let start = end
        Base64URL.encode(raw).withUnsafeBytes { add($0) }
        if let kind { lookFor(start..<end, kind) }
    }

    private func lookFor(_ range: Range<Int>, _ kind: Residue.Kind) {
        residue.lookFor(UnsafeRawBufferPointer(rebasing: bytes[range]), kind)
        sought.append((range, kind))
    }

    private func fill(_ bytes: UnsafeMutableRawBufferPointer) {
        for place in bytes.indices { bytes[place] = .random(in: 0...255) }
    }

    private var rest: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: bytes[end...])
    }

    private func add(_ more: UnsafeRawBufferPointer) {
        rest.copyMemory(from: more)
        end += more.count
    }

    private func add(_ byte: UInt8) {
        bytes[end] = byte
        end += 1
    }

    // MARK: Framing

    /// RFC 6455 §5.5.1: the code 1001.
    func closing() -> UnsafeRawBufferPointer {
        add(0x03)
        add(0xE9)
        return frame(opcode: 8)
    }

    /// RFC 6455 §5.2, masked.
    func frame(opcode: UInt8) -> UnsafeRawBufferPointer {
        let count = end - Self.head
        let mask = (0..<4).map { _ in UInt8.random(in: 0...255) }
        for place in 0..<count { bytes[Self.head + place] ^= mask[place & 3] }
        for (range, kind) in sought {
            residue.lookFor(UnsafeRawBufferPointer(rebasing: bytes[range]), kind)
        }
        precondition(count < 1 << 16, "a page of a check sends no frame of more than 64 KiB")
        let header: [UInt8] =
            count < 126
            ? [0x80 | opcode, 0x80 | UInt8(count)]
            : [0x80 | opcode, 0x80 | 126, UInt8(count >> 8), UInt8(count & 0xFF)]
        let start = Self.head - header.count - mask.count
        for (place, byte) in (header + mask).enumerated() { bytes[start + place] = byte }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    }
}
