import Glibc

/// Memory for what a patient or a provider wrote. It is zeroed before it goes back to the
/// allocator, in a way that the compiler may not leave out.
final class WipedBytes {
    let bytes: UnsafeMutableRawBufferPointer
    private let free: (UnsafeMutableRawBufferPointer) -> Void

    /// - Parameter free: gets the memory when it is zero. Tests look at it there: afterwards nobody
    ///   may.
    init(
        byteCount: Int,
        free: @escaping (UnsafeMutableRawBufferPointer) -> Void = { $0.deallocate() }
    ) {
        bytes = .allocate(byteCount: byteCount, alignment: 8)
        self.free = free
    }

    deinit {
        if let start = bytes.baseAddress { explicit_bzero(start, bytes.count) }
        free(bytes)
    }
}
