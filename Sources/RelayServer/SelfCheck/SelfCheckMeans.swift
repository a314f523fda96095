import CHost
import Glibc

/// What a sealed process could not get any more: connections to itself, and the sight of its own
/// memory. Made before the seal; they last as long as the process.
struct SelfCheckMeans: Sendable {
    /// For a console and two patients.
    let pairs: [Pair]
    /// `/proc/self/mem`, which a sealed process may not open, and what says where to look in it.
    fileprivate let memory: Int32
    fileprivate let maps: Int32
    fileprivate let pages: Int32

    /// Two connected sockets: one for the relay to serve, one for the page that is played.
    struct Pair: Sendable {
        var relay: Int32
        var page: Int32

        /// Whether the relay's end has bytes that the loop has not taken.
        var hasUnread: Bool {
            var count: Int32 = 0
            return ioctl(relay, UInt(FIONREAD), &count) == 0 && count > 0
        }
    }

    /// `nil` where the machine does not let a process look into itself.
    init?() {
        memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC)
        maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC)
        pages = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC)
        var pairs: [Pair] = []
        for _ in 0..<3 {
            var ends: [Int32] = [-1, -1]
            guard chost_socket_pair(&ends) == 0 else { break }
            pairs.append(Pair(relay: ends[0], page: ends[1]))
        }
        self.pairs = pairs
        guard min(memory, maps, pages) >= 0, pairs.count == 3 else {
            for descriptor in [memory, maps, pages] + sockets where descriptor >= 0 {
                close(descriptor)
            }
            return nil
        }
    }

    var sockets: [Int32] { pairs.flatMap { [$0.relay, $0.page] } }
}

/// What a check looks for, and the one place where its pages keep anything. For one thread.
final class Residue {
    enum Kind: UInt32, CaseIterable {
        /// Sealed messages: found while the chat lives, never after its erasure.
        case message
        /// A patient's card: gone with the visit.
        case card
        /// What a page comes back with, and a sign-in token: never found.
        case secret
    }

    /// Windows of eight bytes that were found, at multiples of eight.
    struct Found: Hashable, Sendable {
        var messages = 0
        var cards = 0
        var secrets = 0
        var searchedByteCount = 0

        var isNothing: Bool { messages == 0 && cards == 0 && secrets == 0 }
    }

    private let residue: OpaquePointer
    private let means: SelfCheckMeans

    /// A check needs some twelve thousand windows, and twice as much room.
    private static let capacity = 1 << 15

    init?(_ means: SelfCheckMeans) {
        guard let made = chost_residue_make(Self.capacity) else { return nil }
        residue = made
        self.means = means
    }

    deinit {
        chost_residue_free(residue)
    }

    /// Scratch memory that the search leaves out.
    var desk: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(
            start: chost_residue_desk(residue), count: Int(CHOST_RESIDUE_DESK))
    }

    func lookFor(_ bytes: UnsafeRawBufferPointer, _ kind: Kind) {
        let result = chost_residue_add(residue, bytes.baseAddress, bytes.count, kind.rawValue)
        precondition(result == 0, "a check looks for no more than it has room for")
    }

    func clear() {
        chost_residue_clear(residue)
    }

    /// Reads all memory that this process has written to. `nil`: it could not be read.
    func search() -> Found? {
        // What the played pages left on this thread's stack is not the relay's.
        chost_scrub_stack()
        var found = [UInt64](repeating: 0, count: Int(CHOST_RESIDUE_KINDS))
        let count = chost_residue_search(residue, means.memory, means.maps, means.pages, &found)
        // A process has more than this: nothing was read.
        guard count > 1 << 20 else { return nil }
        func windows(_ kind: Kind) -> Int { Int(found[Int(kind.rawValue)]) }
        return Found(
            messages: windows(.message), cards: windows(.card), secrets: windows(.secret),
            searchedByteCount: Int(count))
    }
}
