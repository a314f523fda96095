import CHost
import Glibc

/// How the relay's memory forgets. `lethe` has one of these; the test relays that must fail the
/// residue scan differ from it in nothing but this.
package struct Forgetting: Sendable {
    /// Overwrites memory that content was in, in a way that the compiler may not leave out.
    package var wipe: @Sendable (UnsafeMutableRawBufferPointer) -> Void
    /// Overwrites the stack of the calling thread below the caller.
    package var scrubStack: @Sendable () -> Void
    /// Whether the allocator overwrites what it is given back, found out by trying. What this
    /// program frees is content too: parsed JSON, buffers of TLS. Asked once, at start.
    package var allocatorForgets: @Sendable () -> Bool
    /// Gives free memory back to the kernel: after many have left, and never on a message's path.
    package var giveBackMemory: @Sendable () -> Void

    package init(
        wipe: @escaping @Sendable (UnsafeMutableRawBufferPointer) -> Void,
        scrubStack: @escaping @Sendable () -> Void,
        allocatorForgets: @escaping @Sendable () -> Bool,
        giveBackMemory: @escaping @Sendable () -> Void = {}
    ) {
        self.wipe = wipe
        self.scrubStack = scrubStack
        self.allocatorForgets = allocatorForgets
        self.giveBackMemory = giveBackMemory
    }

    /// Everything is overwritten. The allocator is the executable's: only it knows.
    package static func overwriting(
        allocatorForgets: @escaping @Sendable () -> Bool = { true },
        giveBackMemory: @escaping @Sendable () -> Void = {}
    ) -> Forgetting {
        Forgetting(
            wipe: { bytes in
                if let start = bytes.baseAddress { explicit_bzero(start, bytes.count) }
            },
            scrubStack: { chost_scrub_stack() }, allocatorForgets: allocatorForgets,
            giveBackMemory: giveBackMemory)
    }

    /// Before anything is held: an executable that lost its allocator would keep what it freed, and
    /// nobody would notice.
    func check() throws(StartError) {
        guard allocatorForgets() else {
            throw StartError(
                "Freed memory keeps its content, expected this executable's own `free` to "
                    + "overwrite it.", .software)
        }
    }
}
