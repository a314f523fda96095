import CHost
import Glibc

/// The system calls of the seal, as a value: a test gives other answers, those of a host on which
/// something is missing. Results below zero are negated `errno`s.
package struct Kernel: Sendable {
    package var taskCount: @Sendable () -> Int32 = { chost_task_count() }
    package var quietSignals: @Sendable () -> Void = { chost_quiet_signals() }
    package var user: @Sendable () -> UInt32 = { geteuid() }
    package var environment: @Sendable (String) -> String? = { name in
        getenv(name).map { String(cString: $0) }
    }

    package var limitCore: @Sendable () -> Int32 = { chost_limit_core() }
    package var limitFileSize: @Sendable () -> Int32 = { chost_limit_file_size() }
    package var raiseDescriptorLimit: @Sendable () -> Int32 = { chost_raise_descriptor_limit() }
    package var limit: @Sendable (Limit) -> UInt64 = { chost_limit($0.rawValue) }
    package var forbidDumping: @Sendable () -> Int32 = { chost_forbid_dumping() }
    package var isDumpable: @Sendable () -> Int32 = { chost_is_dumpable() }
    package var forbidMerging: @Sendable () -> Int32 = { chost_forbid_merging() }

    package var raiseMemoryLockLimit: @Sendable () -> Int32 = { chost_raise_memory_lock_limit() }
    package var lockMemory: @Sendable () -> Int32 = { chost_lock_memory() }
    package var unlockMemory: @Sendable () -> Int32 = { chost_unlock_memory() }
    package var probeThread: @Sendable () -> Int32 = { chost_probe_thread() }
    package var probeMemory: @Sendable () -> Int32 = { chost_probe_memory() }

    package var numbers: @Sendable (String) -> (error: Int32, user: UInt32, group: UInt32) = {
        var (user, group): (UInt32, UInt32) = (0, 0)
        let error = chost_user($0, &user, &group)
        return (error, user, group)
    }
    package var become: @Sendable (UInt32, UInt32) -> Int32 = { chost_become($0, $1) }
    package var mayLockMemory: @Sendable () -> Bool = { chost_may_lock_memory() != 0 }
    package var dropCapabilities: @Sendable (_ keepsLocking: Bool) -> Int32 = {
        chost_drop_capabilities($0 ? 1 : 0)
    }
    package var hasCapabilities: @Sendable () -> Int32 = { chost_has_capabilities() }
    package var forbidNewPrivileges: @Sendable () -> Int32 = { chost_forbid_new_privileges() }
    package var hasNoNewPrivileges: @Sendable () -> Int32 = { chost_has_no_new_privileges() }

    package var descriptors: @Sendable () -> [Descriptor]? = { Descriptor.all() }
    package var sharedMapping: @Sendable () -> SharedMapping = { SharedMapping.first() }
    package var canRead: @Sendable (String) -> Bool = { chost_can_read($0) == 0 }

    package var landlockVersion: @Sendable () -> Int32 = { chost_landlock_abi() }
    package var closeFiles: @Sendable ([String]) -> Int32 = { closeFilesButReading($0) }
    package var filterProbe: @Sendable () -> Int32 = { chost_filter_probe() }
    package var closeCalls: @Sendable () -> Int32 = { chost_filter_close() }
    package var filterMode: @Sendable () -> Int32 = { chost_filter_mode() }

    package var attempts: @Sendable () -> [Attempt] = { Attempt.all() }
    package var prepareWorkings: @Sendable () -> Workings? = { Workings() }

    package init() {}

    package enum Limit: Int32, Sendable {
        case core = 0
        case fileSize = 1
        case lockedMemory = 2
        case descriptors = 3
    }

    package enum SharedMapping: Sendable, Equatable {
        case none
        case found(String)
        case unknown

        fileprivate static func first() -> SharedMapping {
            var name = [CChar](repeating: 0, count: 256)
            switch chost_shared_mapping(&name, name.count) {
            case 0: return .none
            case 1: return .found(text(name))
            default: return .unknown
            }
        }
    }
}

/// Something that the process has open.
package struct Descriptor: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case file
        case directory
        case device
        case pipe
        case socket(isLocal: Bool)
        /// epoll, eventfd, timerfd and the like.
        case anonymous
    }

    package var number: Int32
    package var kind: Kind
    package var isWritable: Bool
    package var name: String

    package init(_ number: Int32, _ kind: Kind, isWritable: Bool, name: String) {
        self.number = number
        self.kind = kind
        self.isWritable = isWritable
        self.name = name
    }

    /// - Returns: `nil` if `/proc` cannot be read.
    static func all() -> [Descriptor]? {
        // More than this at start would be a mistake of whoever starts the relay.
        var found = [chost_descriptor](repeating: chost_descriptor(), count: 256)
        let count = chost_descriptors(&found, found.count)
        guard count >= 0, Int(count) <= found.count else { return nil }
        return found.prefix(Int(count)).map { Descriptor($0) }
    }

    private init(_ found: chost_descriptor) {
        kind =
            switch found.type {
            case S_IFREG: .file
            case S_IFDIR: .directory
            case S_IFCHR, S_IFBLK: .device
            case S_IFIFO: .pipe
            case S_IFSOCK: .socket(isLocal: found.family == AF_UNIX)
            default: .anonymous
            }
        number = found.descriptor
        isWritable = found.is_writable != 0
        name = withUnsafeBytes(of: found.name) { text($0.map { CChar(bitPattern: $0) }) }
    }
}

/// A forbidden operation, and with which errors it must fail.
package struct Attempt: Sendable {
    package let name: String
    package let expected: [Int32]
    /// 0 if it was possible; then its traces have been removed.
    package let result: @Sendable () -> Int32

    package init(_ name: String, expected: [Int32], result: @escaping @Sendable () -> Int32) {
        self.name = name
        self.expected = expected
        self.result = result
    }

    package static func all() -> [Attempt] {
        var attempts: UnsafePointer<chost_attempt>?
        let count = chost_attempts(&attempts)
        return UnsafeBufferPointer(start: attempts, count: count).compactMap { attempt in
            guard let run = attempt.attempt else { return nil }
            let (first, second, third) = attempt.expected
            return Attempt(
                String(cString: attempt.name), expected: [first, second, third].filter { $0 != 0 },
                result: { run() })
        }
    }
}

/// What must still work: two sockets made before the seal, and what is tried with them after it.
package struct Workings: Sendable {
    /// The descriptors, for the audit.
    package let descriptors: [Int32]
    /// The name of the first thing that does not work.
    package let failure: @Sendable () -> String?

    package init(descriptors: [Int32], failure: @escaping @Sendable () -> String?) {
        self.descriptors = descriptors
        self.failure = failure
    }

    init?() {
        var sockets: [Int32] = [-1, -1]
        guard chost_prepare_workings(&sockets) == 0 else { return nil }
        let prepared = sockets
        self.init(descriptors: prepared) {
            var sockets = prepared
            var failed: UnsafePointer<CChar>?
            let error = chost_try_workings(&sockets, &failed)
            guard error < 0 else { return nil }
            return "\(failed.map { String(cString: $0) } ?? "?") (\(words(of: error)))"
        }
    }
}

private func closeFilesButReading(_ paths: [String]) -> Int32 {
    let copies = paths.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    // libdispatch reads the state of its threads, /proc/TID/stat, and ends the process if it cannot
    // (measured); glibc reads overcommit_memory when it gives memory back.
    return chost_landlock_close(copies.map { UnsafePointer($0) }, copies.count, "/proc")
}

private func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// What the system says of a negated `errno`.
func words(of result: Int32) -> String { String(cString: strerror(-result)) }
