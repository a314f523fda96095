import Glibc

// The two parts that the kernel keeps up from then on, and the proof that it does.
extension HostHardening {
    /// Landlock: every right on files is gone, but reading certificates, keys, files in `/proc`.
    mutating func closeFiles() {
        let version = kernel.closeFiles(request.readable)
        let advice =
            "Linux 5.13 or later with `landlock` in `lsm=` of its command line"
            + (host.isContainer
                ? ", and a container whose seccomp profile lets `landlock_*` through" : "")
        let found: String =
            switch version {
            case 1...: "version \(version)"
            case -ENOSYS: "none in this kernel"
            case -EOPNOTSUPP: "Landlock switched off"
            default: words(of: version)
            }
        add(
            "landlock", version > 0, expected: advice, found: found,
            look: "cat /sys/kernel/security/lsm")
    }

    /// seccomp: of some 350 system calls 81 are left, and fewer of their uses.
    mutating func closeCalls() {
        let probe = kernel.filterProbe()
        let closed = probe == 0 ? kernel.closeCalls() : probe
        let mode = closed == 0 ? kernel.filterMode() : 0
        add(
            "seccomp", closed == 0 && mode == 2,
            expected: "a kernel with CONFIG_SECCOMP_FILTER, and nothing that keeps filters off",
            found: closed == 0 ? "mode \(mode)" : "no filter (\(words(of: closed)))",
            look: "grep Seccomp /proc/PID/status")
    }

    /// Tries what must be impossible. A filter with a hole in it does not tell by itself.
    mutating func tryForbidden() throws(SealRefusal) {
        let attempts = kernel.attempts()
        // Without a part of the seal the others refuse with other errors: then only what was
        // possible counts.
        let isWhole = ["landlock", "seccomp"].allSatisfy { name in
            checks.contains { $0.name == name && $0.state == .holds }
        }
        var wrong: [String] = []
        for attempt in attempts {
            let result = attempt.result()
            if result == 0 {
                wrong.append("\(attempt.name) was possible")
            } else if isWhole, !attempt.expected.contains(-result) {
                wrong.append("\(attempt.name) failed with another error (\(words(of: result)))")
            }
        }
        if isWhole, !wrong.isEmpty {
            throw SealRefusal(
                .selfTest,
                "The seal has a hole: \(wrong.joined(separator: "; ")), expected every one of "
                    + "\(attempts.count) forbidden operations to be refused. Please report it.")
        }
        add(
            "self-test", wrong.isEmpty && !attempts.isEmpty,
            expected: "every one of \(attempts.count) forbidden operations refused",
            found: wrong.isEmpty ? "all refused" : wrong.joined(separator: "; "))
    }

    /// Tries what must be possible.
    mutating func tryNeeded(_ workings: Workings?) throws(SealRefusal) {
        guard let workings else {
            throw SealRefusal(
                .workings, "No local sockets could be made before the seal, expected two.")
        }
        if let failure = workings.failure() {
            throw SealRefusal(
                .workings,
                "Sealed, the relay cannot do what it needs: \(failure). Please report it.")
        }
        add(
            "workings", true, expected: "threads, memory, time, signals, sockets", found: "all work"
        )
    }
}
