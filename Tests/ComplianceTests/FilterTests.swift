import CHost
import Foundation
import Testing

/// The filter's program itself, run for every number of a system call and every kind of argument.
@Suite("The filter of system calls")
struct FilterTests {
    static let process: UInt32 = 4_711
    let machine: FilterMachine
    let rules: [String: chost_filter_rule]

    init() throws {
        machine = try FilterMachine(process: Self.process)
        var list: UnsafePointer<chost_filter_rule>?
        let count = chost_filter_rules(&list)
        rules = Dictionary(
            uniqueKeysWithValues: UnsafeBufferPointer(start: list, count: count).map {
                (String(cString: $0.name), $0)
            })
    }

    private func verdict(_ name: String, _ arguments: UInt64...) throws -> FilterMachine.Verdict {
        let rule = try #require(rules[name], "there is no rule for \(name)")
        return try machine.verdict(rule.number, arguments)
    }

    private func number(_ name: String) throws -> Int32 {
        try #require(rules[name], "there is no rule for \(name)").number
    }

    @Test("Every number is answered by its rule, and all numbers without one by EPERM")
    func everyNumber() throws {
        let byNumber = Dictionary(grouping: rules.values, by: \.number)
        for number in Int32(-1)...4_095 {
            let found = try machine.verdict(number)
            guard number >= 0 else {
                // A negative number has the bit of x32 too.
                #expect(found == .kill || found == .fail(errno: EPERM))
                continue
            }
            guard let rule = byNumber[number]?.first else {
                #expect(found == .fail(errno: EPERM), "call \(number)")
                continue
            }
            #expect(byNumber[number]?.count == 1)
            switch UInt8(bitPattern: rule.rule) {
            case UInt8(ascii: "a"): #expect(found == .allow, "\(String(cString: rule.name))")
            case UInt8(ascii: "e"): #expect(found == .fail(errno: rule.error))
            default: #expect(found == .allow || found == .fail(errno: rule.error))
            }
        }
    }

    @Test("What is allowed without looking at arguments cannot make, reach or change anything")
    func nothingDangerousIsAllowed() {
        let allowed = rules.values.filter { UInt8(bitPattern: $0.rule) == UInt8(ascii: "a") }
            .map { String(cString: $0.name) }
        #expect(allowed.count < 75)
        let dangerous = [
            "open", "creat", "socket", "connect", "bind", "send", "recvm", "memfd", "io_uring",
            "ptrace", "process_", "pidfd", "exec", "fork", "shm", "msg", "sem", "mq_", "key",
            "xattr", "chmod", "chown", "utime", "link", "rename", "mknod", "mkdir", "truncate",
            "fallocate", "splice", "tee", "copy_file", "setrlimit", "mount", "bpf", "perf",
            "userfault", "swap", "kexec", "reboot", "pwrite", "sync", "munlock", "setuid", "clone",
            "prctl", "mprotect", "mmap", "madvise", "dup", "seccomp", "landlock", "chdir", "kill",
        ]
        for name in allowed {
            for word in dangerous where name.hasPrefix(word) || name.hasSuffix(word) {
                #expect(["readlink", "readlinkat"].contains(name), "\(name) is allowed")
            }
        }
    }

    @Test("Calls of another architecture end the process, and so do those of x32")
    func otherArchitectures() throws {
        for architecture: UInt32 in [0, 0x4000_0003, 0xC000_00B8, 0xC000_003E, .max]
        where architecture != chost_filter_architecture() {
            #expect(try machine.verdict(0, architecture: architecture) == .kill)
        }
        #if arch(x86_64)
            for number in Int32(0)..<600 {
                #expect(try machine.verdict(number | 0x4000_0000) == .kill)
            }
        #endif
    }

    @Test("A file is opened for reading and for nothing else, whatever the other bits say")
    func opening() throws {
        let change: [Int32] = [O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND, 0o20000000]
        for bit in 0..<32 {
            let flag = UInt64(1) << bit
            let forbids = change.contains { UInt64($0) & flag != 0 }
            #expect(
                try verdict("openat", 3, 5, flag) == (forbids ? .fail(errno: EROFS) : .allow),
                "flag \(bit)")
        }
        #expect(try verdict("openat", 0, 0, UInt64(O_RDONLY | O_CLOEXEC | O_DIRECTORY)) == .allow)
        // The kernel reads an int: what stands above it changes nothing.
        #expect(try verdict("openat", 0, 0, 1 << 32 | 1) == .fail(errno: EROFS))
    }

    @Test("Memory is private, and never code")
    func memory() throws {
        let (read, write, execute) = (UInt64(PROT_READ), UInt64(PROT_WRITE), UInt64(PROT_EXEC))
        for flags in UInt64(0)..<64 {
            let isPrivate = flags & UInt64(MAP_SHARED) == 0
            #expect(
                try verdict("mmap", 0, 4_096, read | write, flags)
                    == (isPrivate ? .allow : .fail(errno: EPERM)))
            #expect(try verdict("mmap", 0, 4_096, read | execute, flags) == .fail(errno: EPERM))
        }
        #expect(try verdict("mprotect", 0, 4_096, read | write) == .allow)
        #expect(try verdict("mprotect", 0, 4_096, execute) == .fail(errno: EPERM))
        for advice in UInt64(0)...120 {
            let isHarmless = [0, 1, 2, 3, 4, 8, 14, 15, 16, 18, 24].contains(advice)
            #expect(
                try verdict("madvise", 0, 4_096, advice)
                    == (isHarmless ? .allow : .fail(errno: EPERM)), "advice \(advice)")
        }
    }

    @Test("A thread can be made, a process cannot")
    func threads() throws {
        let thread: UInt64 = 0x10000
        for bit in 0..<32 {
            let flag = UInt64(1) << bit
            #expect(
                try verdict("clone", flag) == (flag == thread ? .allow : .fail(errno: EPERM)))
            #expect(try verdict("clone", flag | thread) == .allow)
        }
        #expect(try verdict("clone3") == .fail(errno: ENOSYS))
        #expect(try verdict("openat2") == .fail(errno: ENOSYS))
    }

    @Test("Signals reach the process itself only, limits are read only, controls are few")
    func arguments() throws {
        for name in ["kill", "tgkill"] {
            #expect(try verdict(name, UInt64(Self.process)) == .allow)
            for other: UInt64 in [0, 1, UInt64(Self.process) + 1, 0xFFFF_FFFF] {
                #expect(try verdict(name, other) == .fail(errno: EPERM))
            }
        }
        #expect(try verdict("prlimit64", 0, 7, 0, 1) == .allow)
        for pointer: UInt64 in [1, 1 << 32, .max] {
            #expect(try verdict("prlimit64", 0, 7, pointer, 1) == .fail(errno: EPERM))
        }
        let harmless: [String: (place: Int, values: Set<UInt64>)] = [
            "fcntl": (1, [1, 2, 3, 4]), "ioctl": (1, [0x5421, 0x541B]),
            "prctl": (0, [15, 16, 3, 39, 21, 0x5356_4D41]),
        ]
        for (name, (place, values)) in harmless {
            for value in Array(UInt64(0)...80) + [0x5401, 0x5412, 0x5421, 0x541B, 0x5356_4D41] {
                var arguments: [UInt64] = [0, 0]
                arguments[place] = value
                let found = try machine.verdict(try number(name), arguments)
                #expect(
                    found == (values.contains(value) ? .allow : .fail(errno: EPERM)),
                    "\(name) \(value)")
            }
        }
    }

    @Test("The program is well formed: every jump stays inside, every way ends in an answer")
    func isWellFormed() throws {
        for (place, instruction) in machine.program.enumerated()
        where [0x15, 0x35, 0x45].contains(instruction.code) {
            #expect(place + 1 + Int(instruction.then) < machine.program.count)
            #expect(place + 1 + Int(instruction.otherwise) < machine.program.count)
        }
        #expect(machine.program.last?.code == 0x06)
    }
}
