import Glibc

/// Memory for what a patient or a provider wrote. It is zeroed before it goes back to the allocator,
/// in a way that the compiler may not leave out.
final class WipedBytes {
    let bytes: UnsafeMutableRawBufferPointer

    init(byteCount: Int) {
        bytes = .allocate(byteCount: byteCount, alignment: 8)
    }

    deinit {
        if let start = bytes.baseAddress { explicit_bzero(start, bytes.count) }
        bytes.deallocate()
    }
}
