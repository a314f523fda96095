import CHost
import Foundation
import Testing

@testable import RelayServer

@Suite("Starting")
struct StartTests {
    @Test("A process with more than one thread is not sealed")
    func aSecondThreadPreventsTheSeal() throws {
        // The test runner has several; that the relay has one is shown by its starting at all.
        try #require(chost_task_count() > 1)
        let configuration = try Configuration(
            yaml: """
                certificate: a
                private-key: b
                sign-in-keys: c
                rooms: { demo: { name: X, providers: { lee: Y } } }
                """, path: "lethe.yaml")
        let error = #expect(throws: StartError.self) {
            try Seal.close(configuration, sockets: [])
        }
        #expect(error?.code == .software)
        #expect(error?.description.contains("expected 1") == true)
    }

    @Test("A relay whose allocator does not forget does not start")
    func anAllocatorThatKeeps() {
        let error = #expect(throws: StartError.self) {
            try Forgetting.overwriting(allocatorForgets: { false }).check()
        }
        #expect(error?.code == .software)
        #expect(error?.description.contains("Freed memory keeps its content") == true)
    }

    @Test("An address that is taken is said to be taken")
    func aTakenAddress() throws {
        let address = try #require(freeAddress())
        let first = try Listener.tcp(address)
        defer { close(first) }
        let error = #expect(throws: StartError.self) { try Listener.tcp(address) }
        #expect(error?.code == .unavailable)
        #expect(error?.description.contains("Is another relay running?") == true)
    }

    @Test("A control socket left behind is replaced, one that answers is not")
    func staleControlSockets() throws {
        let path = NSTemporaryDirectory() + "lethe-\(UUID().uuidString.prefix(8)).sock"
        let first = try Listener.unix(path)
        let error = #expect(throws: StartError.self) { try Listener.unix(path) }
        #expect(error?.description.contains("another process answers") == true)
        close(first)
        let second = try Listener.unix(path)
        defer {
            close(second)
            unlink(path)
        }
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test("Something else at the control socket's path is left alone")
    func notASocket() throws {
        let path = NSTemporaryDirectory() + "lethe-\(UUID().uuidString.prefix(8)).txt"
        try Data("kept".utf8).write(to: URL(filePath: path))
        defer { unlink(path) }
        #expect(throws: StartError.self) { try Listener.unix(path) }
        #expect(FileManager.default.contents(atPath: path) == Data("kept".utf8))
    }

    @Test("A control socket's path has a limit")
    func longPaths() {
        let path = "/tmp/" + String(repeating: "a", count: 200)
        #expect(throws: StartError.self) { try Listener.unix(path) }
    }

    private func freeAddress() -> Configuration.ListenAddress? {
        (20_000..<21_000).lazy
            .map { Configuration.ListenAddress(address: "127.0.0.1", port: $0) }
            .first { address in
                guard let descriptor = try? Listener.tcp(address) else { return false }
                close(descriptor)
                return true
            }
    }
}

@Suite("The relay's memory for messages")
struct MemoryBudgetTests {
    @Test("Its level rises at 80 % and when no more message fits, and falls again")
    func levels() {
        let budget = MemoryBudget(byteLimit: 1_000_000)
        var levels: [String] = []
        budget.levelChanged = { levels.append("\($0)") }
        budget.add(799_999)
        #expect(levels == [])
        budget.add(1)
        #expect(levels == ["high"])
        budget.add(190_000)
        #expect(levels == ["high", "full"])
        budget.add(-190_000)
        budget.add(-1)
        #expect(levels == ["high", "full", "high", "low"])
    }
}
