import Compliance
import Foundation
import Testing

/// Each degraded host, simulated, with what its operator is told.
@Suite("Sealing")
struct HardeningTests {
    @Test("Where everything holds, a strict relay is sealed, and nothing is missing")
    func everythingHolds() throws {
        let report = try SimulatedHost().seal()
        #expect(report.isComplete)
        #expect(report.word == "strict")
        for name in [
            "core-dumps", "file-size", "not-dumpable", "memory-lock", "swap", "user",
            "capabilities", "no-new-privileges", "descriptors", "mappings", "landlock", "seccomp",
            "self-test", "workings",
        ] {
            #expect(report.checks.contains { $0.name == name && $0.state == .holds }, "\(name)")
        }
    }

    /// A host that lacks one thing: the check that says so, and words that help its operator.
    struct Lack: Sendable, CustomTestStringConvertible {
        var check: String
        var words: [String]
        var worsen: @Sendable (inout SimulatedHost) -> Void
        var code = SealRefusal.Code.incomplete

        var testDescription: String { "\(check): \(words[0])" }
    }

    static let lacks: [Lack] = [
        Lack(check: "landlock", words: ["none in this kernel", "Linux 5.13", "lsm="]) {
            $0.kernel.closeFiles = { _ in -ENOSYS }
        },
        Lack(check: "landlock", words: ["switched off", "lsm="]) {
            $0.kernel.closeFiles = { _ in -EOPNOTSUPP }
        },
        Lack(check: "landlock", words: ["container", "`landlock_*` through"]) {
            $0.kernel.closeFiles = { _ in -ENOSYS }
            $0.files["/.dockerenv"] = ""
        },
        Lack(check: "seccomp", words: ["no filter", "CONFIG_SECCOMP_FILTER"]) {
            $0.kernel.filterProbe = { -EINVAL }
        },
        Lack(check: "seccomp", words: ["mode 0"]) { $0.kernel.filterMode = { 0 } },
        Lack(check: "memory-lock", words: ["a limit of 8 MiB", "LimitMEMLOCK=infinity"]) {
            $0.kernel.limit = { $0 == .lockedMemory ? 8 << 20 : 0 }
            $0.kernel.mayLockMemory = { false }
        },
        Lack(check: "memory-lock", words: ["Cannot allocate memory", "once it was locked"]) {
            $0.kernel.probeThread = { -ENOMEM }
        },
        Lack(check: "memory-lock", words: ["when locking"]) { $0.kernel.lockMemory = { -EPERM } },
        Lack(check: "swap", words: ["/dev/sda2, /dev/zram0, with zswap", "swapoff -a"]) {
            $0.kernel.lockMemory = { -EPERM }
            $0.files["/proc/swaps"] = """
                Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority
                /dev/sda2                               partition\t8388604\t0\t-2
                /dev/zram0                              partition\t8388604\t0\t100

                """
            $0.files["/sys/module/zswap/parameters/enabled"] = "Y\n"
        },
        Lack(check: "hibernation", words: ["possible, to /dev/sda2", "mask hibernate.target"]) {
            $0.files["/proc/swaps"] = "Filename Type\n/dev/sda2 partition\n"
            $0.files["/sys/power/disk"] = "[platform] shutdown reboot\n"
        },
        Lack(check: "crash-kernel", words: ["one that is loaded", "kdump"]) {
            $0.files["/sys/kernel/kexec_crash_loaded"] = "1\n"
        },
        Lack(check: "preloaded-code", words: ["LD_PRELOAD set", "unset it"]) {
            $0.kernel.environment = { $0 == "LD_PRELOAD" ? "/tmp/spy.so" : nil }
        },
        Lack(check: "core-dumps", words: ["Operation not permitted"]) {
            $0.kernel.limitCore = { -EPERM }
        },
        Lack(check: "file-size", words: ["files may grow"]) {
            $0.kernel.limit = { $0 == .core ? 1 : .max }
        },
        Lack(check: "not-dumpable", words: ["only root"]) { $0.kernel.isDumpable = { 1 } },
        Lack(check: "capabilities", words: ["CAP_IPC_LOCK"]) {
            $0.kernel.hasCapabilities = { 1 }
        },
        Lack(check: "no-new-privileges", words: ["none"]) {
            $0.kernel.hasNoNewPrivileges = { 0 }
        },
        Lack(check: "mappings", words: ["/dev/shm/spy"]) {
            $0.kernel.sharedMapping = { .found("/dev/shm/spy") }
        },
        Lack(
            check: "descriptors", words: ["7 (/var/log/app.log)", "close what starts it"],
            worsen: {
                let usual = $0.kernel.descriptors
                $0.kernel.descriptors = {
                    (usual() ?? []) + [
                        Descriptor(7, .file, isWritable: true, name: "/var/log/app.log")
                    ]
                }
            }, code: .descriptors),
        Lack(
            check: "descriptors", words: ["/proc/self/fd cannot be read"],
            worsen: { $0.kernel.descriptors = { nil } }, code: .descriptors),
    ]

    @Test("A strict relay does not start without it, and says what to do", arguments: lacks)
    func strictRefuses(lack: Lack) throws {
        var host = SimulatedHost()
        lack.worsen(&host)
        let refusal = try #require(throws: SealRefusal.self) { try host.seal() }
        #expect(refusal.code == lack.code)
        let line = refusal.description.split(separator: "\n")
            .first { $0.hasPrefix("seal: \(lack.check): ") }
        for word in lack.words + ["expected"] {
            #expect(line?.contains(word) == true, "\(refusal.description)")
        }
        #expect(refusal.description.contains("best-effort"))
    }

    @Test("With best effort it starts, and its report says the same", arguments: lacks)
    func bestEffortSays(lack: Lack) throws {
        var host = SimulatedHost()
        lack.worsen(&host)
        let report = try host.seal(.bestEffort)
        #expect(report.word == "partial")
        let check = try #require(report.missing.first { $0.name == lack.check })
        for word in lack.words { #expect(check.sentence.contains(word), "\(check.sentence)") }
    }

    @Test("All that is missing is said at once")
    func allAtOnce() throws {
        var host = SimulatedHost()
        host.kernel.closeFiles = { _ in -ENOSYS }
        host.kernel.filterProbe = { -EINVAL }
        let refusal = try #require(throws: SealRefusal.self) { try host.seal(user: nil) }
        for name in ["user", "landlock", "seccomp"] {
            #expect(refusal.description.contains("seal: \(name): found"))
        }
    }

    @Test("Swap does not matter where memory is locked, hibernation not without swap")
    func whatDoesNotMatter() throws {
        var host = SimulatedHost()
        host.files["/proc/swaps"] = "Filename Type\n/dev/zram0 partition\n"
        host.files["/sys/power/disk"] = "[platform] shutdown\n"
        let report = try host.seal()
        #expect(report.isComplete)
        #expect(report.checks.first { $0.name == "swap" }?.state == .information)
        #expect(report.checks.first { $0.name == "hibernation" }?.state == .information)
    }

    @Test("What the machine is, is told and not judged")
    func information() throws {
        var host = SimulatedHost()
        host.files["/proc/sys/kernel/core_pattern"] = "|/usr/lib/systemd/systemd-coredump %P\n"
        host.files["/proc/cpuinfo"] = "processor : 0\nflags : fpu hypervisor sev_snp\n"
        host.files["/proc/cmdline"] = "quiet init_on_free=1\n"
        host.files["/sys/kernel/mm/ksm/run"] = "1\n"
        let report = try host.seal()
        func found(_ name: String) -> String? {
            report.checks.first { $0.name == name && $0.state == .information }?.found
        }
        #expect(found("core-pattern") == "a pipe to a program")
        #expect(found("virtual-machine") == "a virtual machine")
        #expect(found("memory-encryption") == "sev_snp")
        #expect(found("kernel-wipes-freed-pages") == "on")
        #expect(found("page-merging") == "on")
        #expect(report.isComplete)
    }

    @Test("Root becomes the user, or is refused; another user stays who it is")
    func users() throws {
        var host = SimulatedHost()
        var refusal = try #require(throws: SealRefusal.self) { try host.seal(user: nil) }
        #expect(refusal.description.contains("found root, and no `user` to become"))
        host = SimulatedHost()
        refusal = try #require(throws: SealRefusal.self) { try host.seal(user: "nobody-here") }
        #expect(refusal.description.contains("no user nobody-here on this machine"))
        host = SimulatedHost()
        host.kernel.become = { _, _ in -EPERM }
        refusal = try #require(throws: SealRefusal.self) { try host.seal() }
        #expect(refusal.description.contains("root, who cannot become lethe"))
        host = SimulatedHost()
        host.kernel.user = { 1_000 }
        #expect(try host.seal(user: nil).isComplete)
    }

    @Test("Two threads are one too many, in every mode")
    func threads() throws {
        for mode in SealMode.allCases {
            var host = SimulatedHost()
            host.kernel.taskCount = { 2 }
            let refusal = try #require(throws: SealRefusal.self) { try host.seal(mode) }
            #expect(refusal.code == .threads)
            #expect(refusal.description.contains("2 threads"))
        }
    }

    @Test("A hole in a whole seal stops the start, in every mode")
    func holes() throws {
        for mode in SealMode.allCases {
            for result: Int32 in [0, -ENOENT] {
                var host = SimulatedHost()
                host.kernel.attempts = {
                    [Attempt("create-in-tmp", expected: [EROFS]) { result }]
                }
                let refusal = try #require(throws: SealRefusal.self) { try host.seal(mode) }
                #expect(refusal.code == .selfTest)
                #expect(refusal.description.contains("create-in-tmp"))
            }
        }
    }

    @Test("Where the filter is missing, only what was possible counts")
    func partialHoles() throws {
        var host = SimulatedHost()
        host.kernel.filterProbe = { -EINVAL }
        host.kernel.attempts = {
            [
                Attempt("create-in-tmp", expected: [EROFS]) { -EACCES },
                Attempt("memory-file", expected: [EPERM]) { 0 },
            ]
        }
        let report = try host.seal(.bestEffort)
        let check = try #require(report.missing.first { $0.name == "self-test" })
        #expect(check.found == "memory-file was possible")
    }

    @Test("A relay that could not work does not start, in every mode")
    func workings() throws {
        for mode in SealMode.allCases {
            var host = SimulatedHost()
            host.kernel.prepareWorkings = { Workings(descriptors: []) { "thread (denied)" } }
            let refusal = try #require(throws: SealRefusal.self) { try host.seal(mode) }
            #expect(refusal.code == .workings)
            #expect(refusal.description.contains("thread (denied)"))
        }
    }

    @Test("A log in a file is refused unless it is allowed, and then missing")
    func logFiles() throws {
        var host = SimulatedHost()
        host.kernel.descriptors = {
            [Descriptor(1, .file, isWritable: true, name: "/var/log/lethe.log")]
        }
        for mode in SealMode.allCases {
            let refusal = try #require(throws: SealRefusal.self) { try host.seal(mode) }
            #expect(refusal.description.contains("/var/log/lethe.log, expected a pipe"))
        }
        host.kernel.limit = { _ in .max }
        let report = try host.seal(.bestEffort, allowsLogFile: true)
        #expect(Set(report.missing.map(\.name)).isSuperset(of: ["output", "file-size"]))
    }

    @Test("The relay's own sockets, and what can only be read in /proc, are no strangers")
    func ownDescriptors() throws {
        var host = SimulatedHost()
        host.kernel.descriptors = {
            [
                Descriptor(3, .socket(isLocal: false), isWritable: true, name: "socket:[1]"),
                Descriptor(4, .file, isWritable: false, name: "/proc/4711/maps"),
                Descriptor(5, .anonymous, isWritable: true, name: "anon_inode:[eventpoll]"),
                Descriptor(6, .device, isWritable: true, name: "/dev/null"),
                Descriptor(8, .socket(isLocal: true), isWritable: true, name: "socket:[2]"),
            ]
        }
        #expect(try host.seal(listeners: [3]).isComplete)
        let refusal = try #require(throws: SealRefusal.self) { try host.seal() }
        #expect(refusal.code == .descriptors)
        #expect(refusal.description.contains("3 (socket:[1])"))
    }

    /// The control that shows that the self-test can fail: here, without a seal, it does.
    @Test("In this process, which is not sealed, most forbidden operations are possible")
    func unsealed() {
        let attempts = Attempt.all()
        #expect(attempts.count >= 45)
        #expect(Set(attempts.map(\.name)).count == attempts.count)
        let possible = attempts.filter { $0.result() == 0 }.map(\.name)
        #expect(possible.count >= 30, "possible: \(possible)")
        for name in ["create-in-tmp", "memory-file", "socket-tcp", "map-code", "fork"] {
            #expect(possible.contains(name), "\(name)")
        }
    }
}
