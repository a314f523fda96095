import CHost

/// OpenSSL's secure heap, for the relay's own few secrets: locked, left out of core dumps, between
/// guard pages, wiped block by block. `docs/decisions/0013-ledger-and-receipts.md`.
///
/// Nothing falls back to the common heap: what finds no place here is refused.
package enum SecureHeap {
    /// 32 768 blocks of 32 bytes: the key of the ledger, and a hash for each page that is there.
    package static let byteCount = 1 << 20
    package static let smallestBlock = 32

    /// Opens it, unless it is open already. Before any thread exists.
    package static func open() throws(SecureHeapError) {
        guard opened == 0 || isOpen else { throw SecureHeapError(opened) }
    }

    /// Once in a process, however many tests ask at the same time.
    private static let opened = chost_secure_heap_open(byteCount, smallestBlock)

    package static var isOpen: Bool { chost_secure_heap_size() > 0 }

    /// Of the whole: blocks are powers of two, so a secret of 33 bytes counts 64.
    package static var usedByteCount: Int { chost_secure_heap_used() }

    package static var level: Level { Level(used: usedByteCount, of: chost_secure_heap_size()) }

    /// How full it is.
    package enum Level: Comparable, Sendable {
        case fine
        /// From 70 %: the operator is told.
        case alarming
        /// From 90 %: no new session; those that are there may come back.
        case nearlyFull

        package init(used: Int, of size: Int) {
            self =
                if used >= size / 10 * 9 {
                    .nearlyFull
                } else if used >= size / 10 * 7 {
                    .alarming
                } else {
                    .fine
                }
        }
    }
}

/// Why there is no place for a secret.
package enum SecureHeapError: Error, Hashable, Sendable {
    /// A size that is not a power of two, or not within the arena.
    case badSize
    /// Not open, or the system would not lock it (`LimitMEMLOCK`).
    case notLocked
    case full
    /// A secret came to lie elsewhere.
    case elsewhere
    case unusable(Int32)

    init(_ result: Int32) {
        self =
            switch -result {
            case 22: .badSize  // EINVAL
            case 1: .notLocked  // EPERM
            case 12: .full  // ENOMEM
            case 14: .elsewhere  // EFAULT
            default: .unusable(result)
            }
    }
}

/// A block of the secure heap. It is wiped when this goes.
package final class SecureBlock {
    package let bytes: UnsafeMutableRawBufferPointer

    /// - Parameter byteCount: a power of two.
    package init(byteCount: Int) throws(SecureHeapError) {
        guard byteCount > 0 else { throw .badSize }
        var block: UnsafeMutableRawPointer?
        let result = chost_secure_allocate(byteCount, &block)
        guard result == 0, let block else { throw SecureHeapError(result) }
        bytes = UnsafeMutableRawBufferPointer(start: block, count: byteCount)
    }

    deinit {
        chost_secure_free(bytes.baseAddress)
    }
}
