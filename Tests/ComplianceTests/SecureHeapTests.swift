import CHost
import Crypto
import Testing

@testable import Compliance

/// One heap in the process, which other tests use too: what fills it runs in a process of its own.
@Suite("The secure heap")
struct SecureHeapTests {
    init() throws {
        try SecureHeap.open()
    }

    @Test("Sizes that are no power of two are refused before OpenSSL ends the process")
    func sizes() {
        for (size, smallest) in [(1_000, 32), (1 << 20, 33), (0, 32), (1 << 20, 0), (64, 64)] {
            #expect(chost_secure_heap_open(size, smallest) == -22, "\(size), \(smallest)")
        }
        #expect(chost_secure_heap_open(1 << 20, 32) == -114, "it is open already")
        for size in [33, 3, 100] {
            #expect(throws: SecureHeapError.badSize) { try SecureBlock(byteCount: size) }
        }
        #expect(throws: SecureHeapError.badSize) { try SecureBlock(byteCount: 0) }
        #expect(throws: SecureHeapError.badSize) { try SecureBlock(byteCount: 1 << 20) }
    }

    @Test("A block is in the arena, zero at first, and given back")
    func blocks() throws {
        let block = try SecureBlock(byteCount: 32)
        #expect(chost_secure_contains(block.bytes.baseAddress) == 1)
        #expect(block.bytes.allSatisfy { $0 == 0 })
        var elsewhere = [UInt8](repeating: 0, count: 32)
        #expect(chost_secure_contains(&elsewhere) == 0)
        #expect(chost_secure_sha256([1], 1, &elsewhere) == -14, "a hash goes nowhere else")
    }

    @Test("The private key is in the arena, and signs as RFC 8032 says")
    func key() throws {
        // Other tests make keys at the same time; at least this one's thirty-two bytes are there.
        let key = try SigningKey()
        #expect(SecureHeap.usedByteCount >= 32)
        let statement = Array("a statement".utf8)
        let signature = key.sign(statement)
        let public_ = try Curve25519.Signing.PublicKey(rawRepresentation: key.publicKey)
        #expect(public_.isValidSignature(signature, for: statement))
        #expect(!public_.isValidSignature(signature, for: statement + [0]))
    }

    @Test("From 70 % the operator is told, from 90 % there are no new sessions")
    func levels() {
        #expect(SecureHeap.Level(used: 699, of: 1_000) == .fine)
        #expect(SecureHeap.Level(used: 700, of: 1_000) == .alarming)
        #expect(SecureHeap.Level(used: 899, of: 1_000) == .alarming)
        #expect(SecureHeap.Level(used: 900, of: 1_000) == .nearlyFull)
    }

    #if compiler(>=6.2)
        @Test("Before it is open there is nothing, and no other place either")
        func closed() async {
            await #expect(processExitsWith: .success) {
                var key: UnsafeMutableRawPointer?
                precondition(chost_ed25519_make(&key) == -1 && key == nil, "a key without a heap")
                var block: UnsafeMutableRawPointer?
                precondition(chost_secure_allocate(32, &block) == -1 && block == nil)
                precondition(chost_secure_heap_open(1_000, 32) == -22, "and no abort")
            }
        }

        @Test("A key takes thirty-two bytes of the arena; a freed block was wiped")
        func places() async {
            await #expect(processExitsWith: .success) {
                precondition(chost_secure_heap_open(1 << 20, 32) == 0)
                let before = chost_secure_heap_used()
                var key: UnsafeMutableRawPointer?
                precondition(chost_ed25519_make(&key) == 0)
                precondition(chost_secure_heap_used() == before + 32, "the private half")
                var first: UnsafeMutableRawPointer?
                precondition(chost_secure_allocate(32, &first) == 0)
                first?.storeBytes(of: 0xABAB_ABAB_ABAB_ABAB, toByteOffset: 16, as: UInt64.self)
                chost_secure_free(first)
                // The arena stays mapped, so one may look.
                let left = first?.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
                precondition(left == 0, "what was freed is still there")
                chost_ed25519_free(key)
                precondition(chost_secure_heap_used() == before, "the key went with its owner")
            }
        }

        @Test("Keys are made while other threads give secrets back")
        func keysBesideOthers() async {
            await #expect(processExitsWith: .success) {
                precondition(chost_secure_heap_open(1 << 20, 32) == 0)
                await withTaskGroup(of: Void.self) { tasks in
                    for _ in 0..<4 {
                        tasks.addTask {
                            for _ in 0..<2_000 {
                                var block: UnsafeMutableRawPointer?
                                precondition(chost_secure_allocate(1_024, &block) == 0)
                                chost_secure_free(block)
                                var key: UnsafeMutableRawPointer?
                                let result = chost_ed25519_make(&key)
                                precondition(result == 0, "\(result)")
                                chost_ed25519_free(key)
                            }
                        }
                    }
                }
            }
        }

        @Test("When it is full there is an error, and no other place; what is freed can be had")
        func full() async {
            await #expect(processExitsWith: .success) {
                precondition(chost_secure_heap_open(1 << 20, 32) == 0)
                var blocks: [UnsafeMutableRawPointer?] = []
                var result: Int32 = 0
                while result == 0, blocks.count < 40_000 {
                    var block: UnsafeMutableRawPointer?
                    result = chost_secure_allocate(32, &block)
                    blocks.append(block)
                    precondition(result != 0 || chost_secure_contains(block) == 1)
                }
                precondition(result == -12 && blocks.count > 32_700, "\(result), \(blocks.count)")
                var key: UnsafeMutableRawPointer?
                precondition(chost_ed25519_make(&key) == -12 && key == nil, "a key beside the heap")
                chost_secure_free(blocks[100])
                precondition(chost_secure_allocate(32, &blocks[100]) == 0)
            }
        }
    #endif
}
