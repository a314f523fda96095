package import NIOCore

/// The payload of one client frame as it came, still masked. The relay unmasks it while it copies
/// it to where it is kept: content is copied once on its way in.
package struct MaskedPayload: Sendable {
    package let bytes: ByteBuffer
    /// The masking key in memory order, zero when the bytes are not masked (joined fragments).
    let key: UInt32

    package init(bytes: ByteBuffer, key: UInt32) {
        self.bytes = bytes
        self.key = key
    }

    package var byteCount: Int { bytes.readableBytes }

    /// The first 24 bytes as three words in wire order. `nil` if there are fewer.
    package var headerWords: (UInt64, UInt64, UInt64)? {
        guard bytes.readableBytes >= FrameHeader.byteCount else { return nil }
        let mask = wideKey
        return bytes.withUnsafeReadableBytes { raw in
            (
                UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 0, as: UInt64.self) ^ mask),
                UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self) ^ mask),
                UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 16, as: UInt64.self) ^ mask)
            )
        }
    }

    /// Unmasks all of it into `target`, which has exactly `byteCount` bytes.
    package func unmask(into target: UnsafeMutableRawBufferPointer) {
        precondition(target.count == byteCount, "unmasking neither cuts nor pads")
        let mask = wideKey
        bytes.withUnsafeReadableBytes { source in
            var offset = 0
            while offset + 8 <= source.count {
                let word = source.loadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ mask
                target.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
                offset += 8
            }
            var rest = mask
            while offset < source.count {
                target[offset] = source[offset] ^ UInt8(truncatingIfNeeded: rest)
                rest >>= 8  // Little-endian: the lowest byte is the first in memory.
                offset += 1
            }
        }
    }

    /// The same, still masked, in memory of its own.
    package func copied() -> MaskedPayload {
        MaskedPayload(bytes: ByteBuffer(bytes: bytes.readableBytesView), key: key)
    }

    /// A plain copy, for the control plane and for joining fragments.
    package func unmasked() -> ByteBuffer {
        var plain = ByteBuffer()
        plain.writeWithUnsafeMutableBytes(minimumWritableBytes: byteCount) { target in
            unmask(into: UnsafeMutableRawBufferPointer(rebasing: target[..<byteCount]))
            return byteCount
        }
        return plain
    }

    private var wideKey: UInt64 { UInt64(key) << 32 | UInt64(key) }
}
