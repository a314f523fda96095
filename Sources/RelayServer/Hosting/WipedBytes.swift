/// Memory for what a patient or a provider wrote. It is zeroed before it goes back to the
/// allocator.
final class WipedBytes {
    let bytes: UnsafeMutableRawBufferPointer
    private let end: (UnsafeMutableRawBufferPointer) -> Void

    /// - Parameter end: zeroes the memory and gives it back.
    init(byteCount: Int, end: @escaping (UnsafeMutableRawBufferPointer) -> Void) {
        bytes = .allocate(byteCount: byteCount, alignment: 8)
        self.end = end
    }

    deinit {
        end(bytes)
    }
}
