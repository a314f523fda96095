/// What a relay wants its seal to be.
package struct SealRequest: Sendable {
    package var mode: SealMode
    /// Whom the process becomes, if it is root.
    package var user: String?
    /// Files and directories that may still be read: certificates and keys, for SIGHUP.
    package var readable: [String]
    /// The relay's own sockets: what listens, and what it checks itself with.
    package var sockets: [Int32]
    /// Whether standard output may be a file, which nothing then keeps from growing.
    package var allowsLogFile: Bool
    /// The most that is held of messages, which must be lockable.
    package var heldByteCount: Int

    package init(
        mode: SealMode, user: String? = nil, readable: [String] = [], sockets: [Int32] = [],
        allowsLogFile: Bool = false, heldByteCount: Int = 0
    ) {
        self.mode = mode
        self.user = user
        self.readable = readable
        self.sockets = sockets
        self.allowsLogFile = allowsLogFile
        self.heldByteCount = heldByteCount
    }
}

/// Closes the process: takes one thing away after another, measures each, tries in the end whether
/// what must be impossible is, and what must be possible too.
///
/// The order is that of `docs/decisions/0011-the-seal.md`. Nothing of it can be undone, and it runs
/// once, on the only thread that there is.
package struct HostHardening {
    let request: SealRequest
    let kernel: Kernel
    let host: HostFacts
    private(set) var checks: [HostCheck] = []

    package init(
        _ request: SealRequest, kernel: Kernel = Kernel(), host: HostFacts = HostFacts()
    ) {
        self.request = request
        self.kernel = kernel
        self.host = host
    }

    package static func seal(
        _ request: SealRequest, kernel: Kernel = Kernel(), host: HostFacts = HostFacts()
    ) throws(SealRefusal) -> SealReport {
        var hardening = HostHardening(request, kernel: kernel, host: host)
        return try hardening.seal()
    }

    private mutating func seal() throws(SealRefusal) -> SealReport {
        try countThreads()
        kernel.quietSignals()
        let workings = kernel.prepareWorkings()
        checkPreload()
        try checkOutput()
        limitFiles()
        forbidDumping()
        let isLocked = lockMemory()
        checks += host.checks(memoryIsLocked: isLocked)
        dropPrivileges()
        try audit(workings)
        closeFiles()
        closeCalls()
        if request.mode == .strict { try refuseIfIncomplete() }
        try tryForbidden()
        try tryNeeded(workings)
        return SealReport(mode: request.mode, checks: checks)
    }

    mutating func add(
        _ name: String, _ holds: Bool, expected: String, found: String, look: String? = nil
    ) {
        checks.append(
            HostCheck(name, holds ? .holds : .missing, expected: expected, found: found, look: look)
        )
    }

    mutating func inform(_ name: String, expected: String, found: String, look: String? = nil) {
        checks.append(
            HostCheck(name, .information, expected: expected, found: found, look: look))
    }

    // MARK: Refusing

    private func countThreads() throws(SealRefusal) {
        let count = kernel.taskCount()
        guard count > 0 else {
            throw SealRefusal(
                .threads,
                "/proc/self/task cannot be read (\(words(of: count))), expected it to be mounted.")
        }
        guard count == 1 else {
            throw SealRefusal(
                .threads,
                "The process has \(count) threads before it is sealed, expected 1: one that exists "
                    + "before stays outside.")
        }
    }

    /// All that is missing at once: an operator should not have to start ten times.
    private func refuseIfIncomplete() throws(SealRefusal) {
        let missing = checks.filter { $0.state == .missing }
        guard !missing.isEmpty else { return }
        let sentences = missing.map { "seal: " + $0.sentence }
        throw SealRefusal(
            missing.allSatisfy { $0.name == "descriptors" } ? .descriptors : .incomplete,
            sentences.joined(separator: "\n")
                + "\nThe relay does not start unsealed. `seal: best-effort` starts it without, and "
                + "says so on every provider's console.")
    }

    // MARK: The environment

    private mutating func checkPreload() {
        let found = ["LD_PRELOAD", "LD_AUDIT"].filter { kernel.environment($0)?.isEmpty == false }
        add(
            "preloaded-code", found.isEmpty, expected: "none: unset it",
            found: found.isEmpty ? "none" : found.joined(separator: " and ") + " set",
            look: "tr '\\0' '\\n' < /proc/PID/environ | grep ^LD_")
    }

    /// A log in a file is the one way out that a limit on file sizes cannot leave open.
    private mutating func checkOutput() throws(SealRefusal) {
        let files = (kernel.descriptors() ?? []).filter {
            $0.number <= 2 && $0.kind == .file && $0.isWritable
        }
        if let file = files.first, !request.allowsLogFile {
            throw SealRefusal(
                .incomplete,
                "Standard output or error is the file \(file.name), expected a pipe, a terminal, "
                    + "the journal or /dev/null (or `allow-log-file: true` with "
                    + "`seal: best-effort`).")
        }
        add(
            "output", files.isEmpty,
            expected: "a pipe, a terminal, the journal or /dev/null as standard output and error",
            found: files.first.map { "the file \($0.name)" } ?? "no file",
            look: "ls -l /proc/PID/fd/1 /proc/PID/fd/2")
    }

    // MARK: Limits

    private mutating func limitFiles() {
        let core = kernel.limitCore()
        add(
            "core-dumps", core == 0 && kernel.limit(.core) <= 1, expected: "a limit of 1 byte or 0",
            found: core == 0 ? "at most \(kernel.limit(.core))" : words(of: core),
            look: "grep core /proc/PID/limits")
        let writesToFile = checks.contains { $0.name == "output" && $0.state == .missing }
        let size = writesToFile ? 0 : kernel.limitFileSize()
        add(
            "file-size", size == 0 && kernel.limit(.fileSize) == 0,
            expected: "a limit of 0 bytes, which a log in a file does not allow",
            found: size != 0
                ? words(of: size)
                : kernel.limit(.fileSize) == 0 ? "0" : "files may grow",
            look: "grep 'file size' /proc/PID/limits")
        _ = kernel.raiseDescriptorLimit()  // `limits.connections` is checked by those who need it.
    }

    private mutating func forbidDumping() {
        let dumping = kernel.forbidDumping()
        add(
            "not-dumpable", dumping == 0 && kernel.isDumpable() == 0,
            expected: "a process that only root can look into",
            found: dumping == 0 ? "not dumpable" : words(of: dumping),
            look: "ls -l /proc/PID/mem    # belongs to root, whoever the relay is")
        _ = kernel.forbidMerging()  // EINVAL where the kernel cannot merge: nothing to forbid.
    }

    // MARK: Memory

    private static let mebibyte: UInt64 = 1 << 20

    /// Stacks and arenas are mapped in large pieces and touched in small ones; the limit counts.
    private var neededByteCount: UInt64 {
        UInt64(max(request.heldByteCount, 0)) + 1_024 * Self.mebibyte
    }

    private mutating func lockMemory() -> Bool {
        _ = kernel.raiseMemoryLockLimit()  // What it came to is looked at next.
        let limit = kernel.limit(.lockedMemory)
        let expected =
            "LimitMEMLOCK=infinity in the unit, or `ulimit -l unlimited` (at least "
            + "\(neededByteCount / Self.mebibyte) MiB): what is not locked can be swapped"
        let look = "grep VmLck /proc/PID/status"
        guard limit >= neededByteCount || kernel.mayLockMemory() else {
            // Locking within a small limit succeeds at first, and then no thread can be made.
            add(
                "memory-lock", false, expected: expected,
                found: "a limit of \(limit / Self.mebibyte) MiB", look: look)
            return false
        }
        let locked = kernel.lockMemory()
        let probe = locked == 0 ? min(kernel.probeThread(), kernel.probeMemory()) : locked
        if probe != 0 { _ = kernel.unlockMemory() }
        add(
            "memory-lock", probe == 0, expected: expected,
            found: probe == 0
                ? "locked"
                : "\(words(of: probe)) \(locked == 0 ? "once it was locked" : "when locking")",
            look: look)
        return probe == 0
    }

    // MARK: Privileges

    private mutating func dropPrivileges() {
        let isRoot = kernel.user() == 0
        var found = isRoot ? "root, and no `user` to become" : "user \(kernel.user())"
        if isRoot, let name = request.user {
            let (error, user, group) = kernel.numbers(name)
            let became = error != 0 ? error : kernel.become(user, group)
            found =
                error != 0
                ? "no user \(name) on this machine"
                : became == 0
                    ? "user \(name) (\(kernel.user()))"
                    : "root, who cannot become \(name) (\(words(of: became)))"
        }
        // Changing the user makes a process dumpable again, or not, by a setting of the machine.
        _ = kernel.forbidDumping()
        add(
            "user", kernel.user() != 0,
            expected: "a user other than root: `user: lethe`, or a "
                + "service that is started as one", found: found, look: "grep Uid /proc/PID/status")
        // A limit that could not be raised is exceeded by a capability, which then has to stay.
        let keepsLocking =
            kernel.limit(.lockedMemory) < neededByteCount
            && checks.contains { $0.name == "memory-lock" && $0.state == .holds }
        let dropped = kernel.dropCapabilities(keepsLocking)
        add(
            "capabilities", dropped == 0 && kernel.hasCapabilities() == 0,
            expected: "none, but CAP_IPC_LOCK where the limit on locked memory is low",
            found: dropped == 0
                ? keepsLocking ? "CAP_IPC_LOCK" : "none" : words(of: dropped),
            look: "grep Cap /proc/PID/status")
        let forbidden = kernel.forbidNewPrivileges()
        add(
            "no-new-privileges", forbidden == 0 && kernel.hasNoNewPrivileges() == 1,
            expected: "none to be had", found: forbidden == 0 ? "none" : words(of: forbidden),
            look: "grep NoNewPrivs /proc/PID/status")
        let unreadable = request.readable.filter { !kernel.canRead($0) }
        inform(
            "reload", expected: "certificates and keys that this user can read, for SIGHUP",
            found: unreadable.isEmpty
                ? "readable" : "unreadable: \(unreadable.joined(separator: ", "))")
    }

    // MARK: What is open

    private mutating func audit(_ workings: Workings?) throws(SealRefusal) {
        let known = Set(request.sockets + (workings?.descriptors ?? []))
        let strangers = kernel.descriptors().map { all in
            all.filter { !Self.isHarmless($0) && !known.contains($0.number) }
        }
        let found = strangers.map { strangers in
            strangers.isEmpty
                ? "no other"
                : strangers.map { "\($0.number) (\($0.name))" }.joined(separator: ", ")
        }
        add(
            "descriptors", strangers?.isEmpty == true,
            expected: "none open but the relay's own: close what starts it leaves open",
            found: found ?? "/proc/self/fd cannot be read", look: "ls -l /proc/PID/fd")
        let mapping = kernel.sharedMapping()
        let shared: String =
            switch mapping {
            case .none: "none"
            case .found(let name): name.isEmpty ? "one without a name" : name
            case .unknown: "/proc/self/maps cannot be read"
            }
        add(
            "mappings", mapping == .none, expected: "no memory that a file or a process shares",
            found: shared, look: "grep -E ' .w.s ' /proc/PID/maps")
    }

    /// Standard input, output and error, and what can only be read in `/proc`, for later looks at
    /// oneself.
    private static func isHarmless(_ descriptor: Descriptor) -> Bool {
        if descriptor.number <= 2 { return descriptor.kind != .file || !descriptor.isWritable }
        let isInProc = descriptor.name.hasPrefix("/proc/")
        switch descriptor.kind {
        case .file, .directory: return isInProc && !descriptor.isWritable
        case .anonymous: return true
        case .device: return descriptor.name == "/dev/null"
        case .pipe, .socket: return false
        }
    }
}
