import Glibc

/// What the machine does with memory, whatever the process wants: read from `/proc` and `/sys`, or
/// from a directory that a test has filled like those of a worse machine.
package struct HostFacts: Sendable {
    private let root: String

    package init(root: String = "") {
        self.root = root
    }

    /// - Parameter isLocked: Whether the relay's memory is locked: then swap does not matter.
    package func checks(memoryIsLocked isLocked: Bool) -> [HostCheck] {
        [
            swap(isLocked), hibernation, crashKernel, corePattern, merging, wipingOnFree,
            virtualMachine, encryption,
        ]
    }

    // MARK: Ways to a disk

    private func swap(_ isLocked: Bool) -> HostCheck {
        let devices = swapDevices
        let isCompressed = text("/sys/module/zswap/parameters/enabled") == "Y"
        let found =
            devices.isEmpty
            ? "none"
            : devices.joined(separator: ", ") + (isCompressed ? ", with zswap" : "")
        return HostCheck(
            "swap", devices.isEmpty ? .holds : isLocked ? .information : .missing,
            expected: isLocked
                ? "no swap, although locked memory does not go there"
                : "no swap (`swapoff -a`, or MemorySwapMax=0 in the unit), or locked memory",
            found: found, look: "cat /proc/swaps")
    }

    private var swapDevices: [String] {
        lines("/proc/swaps").dropFirst().compactMap { $0.split(separator: " ").first }
            .flatMap { $0.split(separator: "\t").prefix(1) }.map(String.init)
    }

    /// Writes all memory to disk, locked or not.
    private var hibernation: HostCheck {
        let modes = text("/sys/power/disk") ?? ""
        let isPossible = !modes.isEmpty && !modes.contains("[disabled]")
        let onDisk = swapDevices.filter { !$0.contains("/zram") }
        return HostCheck(
            "hibernation", isPossible ? onDisk.isEmpty ? .information : .missing : .holds,
            expected: "`systemctl mask hibernate.target hybrid-sleep.target` and `nohibernate` in "
                + "the kernel's command line: hibernation writes all memory to disk, locked or not",
            found: !isPossible
                ? "not possible"
                : onDisk.isEmpty ? "possible once there is swap" : "possible, to \(onDisk[0])",
            look: "cat /sys/power/disk /proc/swaps")
    }

    private var crashKernel: HostCheck {
        let isLoaded = text("/sys/kernel/kexec_crash_loaded") == "1"
        return HostCheck(
            "crash-kernel", isLoaded ? .missing : .holds,
            expected: "none (`systemctl disable --now kdump`): a kernel panic would write memory "
                + "to disk",
            found: isLoaded ? "one that is loaded" : "none",
            look: "cat /sys/kernel/kexec_crash_loaded")
    }

    private var corePattern: HostCheck {
        let pattern = text("/proc/sys/kernel/core_pattern") ?? "unknown"
        return HostCheck(
            "core-pattern", .information, expected: "any: the relay dumps no core",
            found: pattern.hasPrefix("|") ? "a pipe to a program" : "a file",
            look: "cat /proc/sys/kernel/core_pattern")
    }

    // MARK: What others could learn

    private var merging: HostCheck {
        let isOn = text("/sys/kernel/mm/ksm/run") == "1"
        return HostCheck(
            "page-merging", .information, expected: "off; the relay takes no part in it",
            found: isOn ? "on" : "off", look: "cat /sys/kernel/mm/ksm/run")
    }

    private var wipingOnFree: HostCheck {
        let isOn = words("/proc/cmdline").contains("init_on_free=1")
        return HostCheck(
            "kernel-wipes-freed-pages", .information,
            expected: "`init_on_free=1`, for what has left for the kernel's sockets",
            found: isOn ? "on" : "off", look: "cat /proc/cmdline")
    }

    private var virtualMachine: HostCheck {
        let isVirtual = processorFlags.contains("hypervisor")
        return HostCheck(
            "virtual-machine", .information,
            expected: "either; a snapshot of a machine holds what the relay holds, sealed",
            found: isVirtual ? "a virtual machine" : "no hypervisor",
            look: "grep -c hypervisor /proc/cpuinfo")
    }

    private var encryption: HostCheck {
        let flags = processorFlags
        let found = ["sev_snp", "sev_es", "sev", "tdx_guest", "sme", "tme"].filter(flags.contains)
        return HostCheck(
            "memory-encryption", .information, expected: "a help, and not needed",
            found: found.isEmpty ? "none" : found.joined(separator: ", "),
            look: "grep -owE 'sev_snp|sev|tdx_guest|sme|tme' /proc/cpuinfo | sort -u")
    }

    /// A container's runtime is often what hides a part of the kernel.
    package var isContainer: Bool {
        access(root + "/run/.containerenv", F_OK) == 0 || access(root + "/.dockerenv", F_OK) == 0
    }

    private var processorFlags: Set<String> {
        let line = lines("/proc/cpuinfo").first {
            $0.hasPrefix("flags") || $0.hasPrefix("Features")
        }
        return Set((line ?? "").split(separator: " ").map(String.init))
    }

    // MARK: Reading

    private func words(_ path: String) -> [String] {
        (text(path) ?? "").split(separator: " ").map(String.init)
    }

    private func lines(_ path: String) -> [String] {
        (text(path) ?? "").split(separator: "\n").map(String.init)
    }

    /// The beginning of a small file, without its last line end.
    private func text(_ path: String) -> String? {
        let file = open(root + path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = read(file, &bytes, bytes.count)
        guard count >= 0 else { return nil }
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
}
