import CZeroOnFree
import Foundation
import Glibc
import Testing

/// This test's executable links the allocator, as `lethe` does. Freed blocks are looked at as they
/// come back: one of the next few of its size is the one that was freed last.
@Suite("A heap that forgets", .serialized)
struct ZeroOnFreeTests {
    /// glibc's lists use the first two words of a free block.
    private static let listed = 16

    private func filled(_ block: UnsafeMutableRawPointer?, _ count: Int) throws
        -> UnsafeMutableRawPointer
    {
        let block = try #require(block)
        memset(block, 0xA5, count)
        return block
    }

    /// Looks at a freed block as it comes back: at once, or when the few that this thread has in a
    /// list of its own have been taken. Whether it came: another thread may have been faster.
    private func comesBack(
        _ freed: UInt, of count: Int, _ look: (UnsafeMutableRawPointer) -> Void
    ) throws -> Bool {
        var taken: [UnsafeMutableRawPointer] = []
        taken.reserveCapacity(64)
        defer { taken.forEach { free($0) } }
        for _ in 0..<64 {
            let block = try #require(malloc(count))
            taken.append(block)
            guard UInt(bitPattern: block) == freed else { continue }
            look(block)
            return true
        }
        return false
    }

    /// - Parameter body: says whether the block came back, and is asked again if it did not.
    private func untilItComesBack(_ body: () throws -> Bool) rethrows {
        for _ in 0..<1_000 where try body() { return }
        Issue.record("no freed block came back in 1,000 attempts")
    }

    /// Whether any byte of the mark is left from `start` up to `count`.
    private func isZero(_ block: UnsafeMutableRawPointer, from start: Int, to count: Int) -> Bool {
        UnsafeRawBufferPointer(start: block, count: count)[start...].allSatisfy { $0 == 0 }
    }

    @Test("The check of the start finds the allocator in force")
    func isInForce() {
        for _ in 0..<100 { #expect(zero_on_free_is_in_force()) }
    }

    @Test("What is freed comes back as zeros", arguments: [24, 100, 1_000])
    func freedBlocksAreZero(count: Int) throws {
        try untilItComesBack {
            let block = try filled(malloc(count), count)
            let address = UInt(bitPattern: block)
            free(block)
            return try comesBack(address, of: count) {
                #expect(isZero($0, from: Self.listed, to: count))
            }
        }
    }

    @Test("The bytes that the allocator rounded up are wiped too")
    func theSlackIsWiped() throws {
        try untilItComesBack {
            let block = try #require(malloc(1_001))
            let count = malloc_usable_size(block) - 8
            memset(block, 0xA5, count)
            let address = UInt(bitPattern: block)
            free(block)
            return try comesBack(address, of: 1_001) {
                #expect(isZero($0, from: Self.listed, to: count))
            }
        }
    }

    @Test("A block that grows takes its content along and leaves zeros behind")
    func growing() throws {
        try untilItComesBack {
            let block = try filled(malloc(900), 900)
            let address = UInt(bitPattern: block)
            let grown = try #require(realloc(block, 90_000))
            #expect(UnsafeRawBufferPointer(start: grown, count: 900).allSatisfy { $0 == 0xA5 })
            defer { free(grown) }
            return try comesBack(address, of: 900) {
                #expect(isZero($0, from: Self.listed, to: 900))
            }
        }
    }

    @Test(
        "A block that shrinks keeps what it keeps, and wipes the rest", arguments: [1, 500, 4_000])
    func shrinking(count: Int) throws {
        let block = try filled(malloc(4_000), 4_000)
        let shrunk = try #require(realloc(block, count))
        #expect(UnsafeRawBufferPointer(start: shrunk, count: count).allSatisfy { $0 == 0xA5 })
        let usable = malloc_usable_size(shrunk)
        #expect(isZero(shrunk, from: count, to: usable))
        free(shrunk)
    }

    @Test("The edges are glibc's: nothing, zero bytes, too many bytes")
    func edges() throws {
        free(nil)
        free(malloc(0))
        let fromNothing = try #require(realloc(nil, 10))
        #expect(realloc(fromNothing, 0) == nil)
        let kept = try filled(malloc(64), 64)
        #expect(realloc(kept, Int.max) == nil)
        #expect(UnsafeRawBufferPointer(start: kept, count: 64).allSatisfy { $0 == 0xA5 })
        errno = 0
        #expect(reallocarray(kept, Int.max, 4) == nil && errno == ENOMEM)
        let array = try #require(reallocarray(kept, 100, 10))
        #expect(UnsafeRawBufferPointer(start: array, count: 64).allSatisfy { $0 == 0xA5 })
        free(array)
        let zeroed = try #require(calloc(100, 10))
        #expect(isZero(zeroed, from: 0, to: 1_000))
        free(zeroed)
    }

    @Test("Aligned blocks stay aligned, and are wiped", arguments: [64, 4_096])
    func alignedBlocks(alignment: Int) throws {
        for _ in 0..<3 {
            let block = try filled(aligned_alloc(alignment, 8_192), 8_192)
            #expect(UInt(bitPattern: block) % UInt(alignment) == 0)
            free(block)
            var other: UnsafeMutableRawPointer?
            #expect(posix_memalign(&other, alignment, 8_192) == 0)
            let second = try #require(other)
            #expect(UInt(bitPattern: second) % UInt(alignment) == 0)
            if second == block { #expect(isZero(second, from: 32, to: 8_192)) }
            free(second)
        }
    }

    @Test("Of a large block what was written is wiped, and the rest does not come into being")
    func largeBlocks() throws {
        let page = 4_096
        let count = 100 * page
        let map = try #require(
            mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
        defer { munmap(map, count) }
        for written in [0, 1, 7, 63, 64, 98] { memset(map + written * page, 0xA5, page) }
        memset(map + 99 * page, 0xA5, page)
        // A block begins behind glibc's two words, and may end within a page.
        zero_on_free_wipe(map + 16, count - 116)
        var isThere = [UInt8](repeating: 0, count: 100)
        mincore(map, count, &isThere)
        let there = isThere.indices.filter { isThere[$0] & 1 == 1 }
        #expect(there == [0, 1, 7, 63, 64, 98, 99])
        let bytes = UnsafeRawBufferPointer(start: map, count: count)
        #expect(bytes[..<16].allSatisfy { $0 == 0xA5 })
        #expect(bytes[16..<count - 100].allSatisfy { $0 == 0 })
        #expect(bytes[(count - 100)...].allSatisfy { $0 == 0xA5 })
    }

    /// Bytes of this process that are in memory.
    private func resident() throws -> Int {
        let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
            .split(separator: " ")[1]
        return try #require(Int(pages)) * Int(getpagesize())
    }

    @Test("A large block that is freed does not stay in memory")
    func largeBlocksGoBack() throws {
        let count = 32_768
        let blocks = (0..<1_000).map { _ in malloc(count) }
        let pin = malloc(1_000)
        defer { free(pin) }
        // Never used: overwriting them is what would make them resident.
        let before = try resident()
        blocks.forEach(free)
        #expect(try resident() < before + 8_000_000)
    }

    @Test(
        "A large block that is freed is the next of its size, and zeros",
        arguments: [16_384, 33_000])
    func largeBlocksAreTakenAgain(count: Int) throws {
        try untilItComesBack {
            let block = try filled(malloc(count), count)
            let address = UInt(bitPattern: block)
            let usable = malloc_usable_size(block)
            #expect(usable >= count)
            free(block)
            return try comesBack(address, of: count) {
                // Where the heap had a place for it, glibc's lists of large blocks use four words.
                #expect(isZero($0, from: 2 * Self.listed, to: count))
                #expect(malloc_usable_size($0) == usable)
            }
        }
    }

    @Test("Few large blocks of a size stay in memory when they are freed")
    func fewLargeBlocksStay() throws {
        let count = 40_000
        // Other tests may take memory meanwhile.
        let wentBack = try (0..<5).contains { _ in
            let blocks = try (0..<4_000).map { _ in try filled(malloc(count), count) }
            let before = try resident()
            blocks.forEach(free)
            return try resident() < before - 100_000_000
        }
        #expect(wentBack)
    }

    @Test("Free memory between blocks in use goes back when asked")
    func freeMemoryGoesBack() throws {
        var blocks: [UnsafeMutableRawPointer?] = []
        var pins: [UnsafeMutableRawPointer?] = []
        for _ in 0..<800 {
            for _ in 0..<25 { blocks.append(try filled(malloc(3_000), 3_000)) }
            pins.append(try filled(malloc(3_000), 3_000))
        }
        defer { pins.forEach(free) }
        blocks.forEach(free)
        let before = try resident()
        #expect(zero_on_free_give_back() > 40_000_000)
        #expect(try resident() < before - 40_000_000)
        for pin in pins {
            let bytes = UnsafeRawBufferPointer(start: pin, count: 3_000)
            #expect(bytes.allSatisfy { $0 == 0xA5 })
        }
        #expect(zero_on_free_is_in_force())
    }

    @Test("Blocks that are mapped one by one grow, shrink and go")
    func hugeBlocks() throws {
        let megabyte = 1 << 20
        let block = try filled(malloc(64 * megabyte), 64 * megabyte)
        let grown = try #require(realloc(block, 80 * megabyte))
        let bytes = UnsafeRawBufferPointer(start: grown, count: 64 * megabyte)
        #expect(bytes[0] == 0xA5 && bytes[64 * megabyte - 1] == 0xA5)
        let shrunk = try #require(realloc(grown, 100))
        #expect(UnsafeRawBufferPointer(start: shrunk, count: 100).allSatisfy { $0 == 0xA5 })
        free(shrunk)
    }

    @Test("What the C library frees by itself is wiped")
    func theLibrarysOwnBlocks() throws {
        // A stream in memory doubles its buffer, through `realloc` inside the library.
        var text: UnsafeMutablePointer<CChar>?
        var count = 0
        let stream = try #require(open_memstream(&text, &count))
        for _ in 0..<1_000 { fputs("0123456789abcdef", stream) }
        fclose(stream)
        #expect(count == 16_000)
        let whole = try #require(text)
        #expect(String(cString: whole) == String(repeating: "0123456789abcdef", count: 1_000))
        free(whole)
    }

    @Test("Threads free each other's blocks")
    func threads() async {
        await withTaskGroup(of: Int.self) { tasks in
            for number in 0..<8 {
                tasks.addTask {
                    var sum = 0
                    for round in 0..<2_000 {
                        var array = [UInt8](repeating: UInt8(number), count: round % 700 + 1)
                        for _ in 0..<10 { array.append(UInt8(number)) }
                        sum += array.reduce(0) { $0 + Int($1) } == array.count * number ? 1 : 0
                    }
                    return sum
                }
            }
            for await sum in tasks { #expect(sum == 2_000) }
        }
    }
}
