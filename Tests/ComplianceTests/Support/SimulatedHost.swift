import Compliance
import Foundation
import Synchronization

/// A machine on which everything holds, or one part does not: what the kernel would answer, and a
/// directory with what its `/proc` and `/sys` would say.
struct SimulatedHost {
    var kernel = Kernel()
    var files: [String: String] = [
        "/proc/swaps": "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n",
        "/sys/power/disk": "[disabled]\n",
        "/sys/kernel/kexec_crash_loaded": "0\n",
        "/proc/sys/kernel/core_pattern": "core\n",
        "/proc/cpuinfo": "processor : 0\nflags\t\t: fpu vme\n\n",
        "/proc/cmdline": "quiet\n",
    ]

    init() {
        let user = Mutex<UInt32>(0)
        let shared = Shared(user)
        kernel.taskCount = { 1 }
        kernel.quietSignals = {}
        kernel.user = { shared.user.withLock { $0 } }
        kernel.environment = { _ in nil }
        kernel.limitCore = { 0 }
        kernel.limitFileSize = { 0 }
        kernel.raiseDescriptorLimit = { 0 }
        kernel.limit = { $0 == .lockedMemory ? .max : 0 }
        kernel.forbidDumping = { 0 }
        kernel.isDumpable = { 0 }
        kernel.forbidMerging = { -22 }
        kernel.raiseMemoryLockLimit = { 0 }
        kernel.lockMemory = { 0 }
        kernel.unlockMemory = { 0 }
        kernel.probeThread = { 0 }
        kernel.probeMemory = { 0 }
        kernel.numbers = { $0 == "lethe" ? (0, 990, 990) : (-ENOENT, 0, 0) }
        kernel.become = { user, _ in
            shared.user.withLock { $0 = user }
            return 0
        }
        kernel.mayLockMemory = { true }
        kernel.dropCapabilities = { _ in 0 }
        kernel.hasCapabilities = { 0 }
        kernel.forbidNewPrivileges = { 0 }
        kernel.hasNoNewPrivileges = { 1 }
        kernel.descriptors = {
            (0...2).map { Descriptor($0, .pipe, isWritable: $0 > 0, name: "pipe:[\($0)]") }
        }
        kernel.sharedMapping = { .none }
        kernel.canRead = { _ in true }
        kernel.landlockVersion = { 7 }
        kernel.closeFiles = { _ in 7 }
        kernel.filterProbe = { 0 }
        kernel.closeCalls = { 0 }
        kernel.filterMode = { 2 }
        kernel.attempts = {
            [Attempt("create-in-tmp", expected: [EROFS]) { -EROFS }]
                + (0..<44).map { Attempt("other-\($0)", expected: [EPERM]) { -EPERM } }
        }
        kernel.prepareWorkings = { Workings(descriptors: [8, 9]) { nil } }
    }

    func seal(
        _ mode: SealMode = .strict, user: String? = "lethe", allowsLogFile: Bool = false,
        listeners: [Int32] = []
    ) throws -> SealReport {
        let root = NSTemporaryDirectory() + "lethe-host-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: root) }
        for (path, text) in files {
            let file = URL(filePath: root + path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return try HostHardening.seal(
            SealRequest(
                mode: mode, user: user, readable: ["/etc/lethe"], sockets: listeners,
                allowsLogFile: allowsLogFile, heldByteCount: 1 << 30),
            kernel: kernel, host: HostFacts(root: root))
    }
}

private final class Shared: Sendable {
    let user: Mutex<UInt32>
    init(_ user: consuming Mutex<UInt32>) { self.user = user }
}
