import NIOCore

/// A little decoder of server frames, written from RFC 6455 §5.2 and not from the relay's source.
struct ServerFrame: Equatable {
    var opcode: UInt8
    var payload: [UInt8]

    enum Fault: Error { case notFinal, reservedBits, masked, notShortest, tooShort }

    /// All frames of a run of bytes, which must end where a frame ends.
    static func all(in bytes: [UInt8]) throws(Fault) -> [ServerFrame] {
        var rest = bytes[...]
        var frames: [ServerFrame] = []
        while !rest.isEmpty {
            guard let first = rest.popFirst(), let second = rest.popFirst() else {
                throw .tooShort
            }
            guard first & 0x80 != 0 else { throw .notFinal }
            guard first & 0x70 == 0 else { throw .reservedBits }
            guard second & 0x80 == 0 else { throw .masked }
            var count = Int(second)
            if second >= 126 {
                let width = second == 126 ? 2 : 8
                guard rest.count >= width else { throw .tooShort }
                count = rest.prefix(width).reduce(0) { $0 << 8 | Int($1) }
                rest = rest.dropFirst(width)
                guard count > (second == 126 ? 125 : 0xFFFF) else { throw .notShortest }
            }
            guard rest.count >= count else { throw .tooShort }
            frames.append(ServerFrame(opcode: first & 0x0F, payload: Array(rest.prefix(count))))
            rest = rest.dropFirst(count)
        }
        return frames
    }

    static func all(in buffer: ByteBuffer) throws(Fault) -> [ServerFrame] {
        try all(in: Array(buffer.readableBytesView))
    }
}
