import Foundation
import Glibc

/// Another process, looked at from outside through `proc(5)`.
struct RunningRelay: Sendable {
    let pid: pid_t

    /// A part of the address space.
    struct Region {
        var start: UInt64
        var end: UInt64
        var name: String
    }

    struct Searched {
        var byteCount = 0
        /// By kind, how many needles were found at least once.
        var finds: [Needle.Kind: Int] = [:]
    }

    struct Descriptor: Codable {
        var number: Int
        var target: String
        /// A regular file that could be written to.
        var isWritableFile: Bool
    }

    var isAlive: Bool { kill(pid, 0) == 0 }

    /// All memory of the process that could ever hold what it was sent.
    func search(_ needles: [Needle]) throws(AuditError) -> Searched {
        let memory = open("/proc/\(pid)/mem", O_RDONLY | O_CLOEXEC)
        guard memory >= 0 else {
            throw AuditError("The memory of process \(pid) cannot be read: \(errorText()).")
        }
        defer { close(memory) }
        var search = Search(needles)
        let pieceSize = 4 << 20
        var piece = [UInt8](repeating: 0, count: pieceSize + search.overlap)
        var searched = Searched()
        for region in try regions() {
            var start = region.start
            while start < region.end {
                let wanted = min(Int(region.end - start), piece.count)
                let count = pread(memory, &piece, wanted, off_t(start))
                guard count > 0 else { break }  // Unmapped since, or not to be read.
                searched.byteCount += min(count, pieceSize)
                piece.withUnsafeBytes { search.look(in: .init(rebasing: $0[..<count])) }
                start += UInt64(min(wanted, pieceSize))
            }
        }
        guard searched.byteCount > 1 << 20 else {
            throw AuditError("Hardly any memory of process \(pid) could be read.")
        }
        for needle in search.found { searched.finds[needle.kind, default: 0] += 1 }
        return searched
    }

    private func regions() throws(AuditError) -> [Region] {
        try text("maps").split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
            let bounds = fields[0].split(separator: "-")
            guard fields.count >= 5, fields[1].first == "r", bounds.count == 2,
                let start = UInt64(bounds[0], radix: 16), let end = UInt64(bounds[1], radix: 16)
            else { return nil }
            let name = fields.count > 5 ? String(fields[5]) : ""
            // The kernel's own pages, which cannot be read like memory; and what is mapped from a
            // file and cannot be written to: it is that file.
            guard !name.hasPrefix("[vvar"), name != "[vsyscall]",
                !name.hasPrefix("/") || fields[1].contains("w")
            else { return nil }
            return Region(start: start, end: end, name: name)
        }
    }

    func descriptors() throws(AuditError) -> [Descriptor] {
        let directory = "/proc/\(pid)/fd"
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
            throw AuditError("The open files of process \(pid) cannot be read: \(errorText()).")
        }
        return names.compactMap { Int($0) }.sorted().compactMap { number in
            let link = "\(directory)/\(number)"
            // Sockets come and go meanwhile.
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: link),
                let flags = try? value("flags:", in: text("fdinfo/\(number)"))
            else { return nil }
            let access = (Int(flags, radix: 8) ?? 0) & Int(O_ACCMODE)
            // What is no path, or a device, keeps nothing.
            let isFile =
                target.hasPrefix("/") && !target.hasPrefix("/dev/")
                || target.hasPrefix("/dev/shm/")
            return Descriptor(
                number: number, target: target,
                isWritableFile: isFile && access != Int(O_RDONLY))
        }
    }

    /// The Unix socket that it listens on, by a path of this machine.
    func controlSocket() throws(AuditError) -> String? {
        // A table that is read in pieces may lack a line, while other sockets come and go.
        for _ in 0..<5 { if let path = try listedControlSocket() { return path } }
        return nil
    }

    private func listedControlSocket() throws(AuditError) -> String? {
        let sockets = Set(try descriptors().map(\.target).filter { $0.hasPrefix("socket:[") })
        for line in try text("net/unix").split(separator: "\n").dropFirst() {
            // Num RefCount Protocol Flags Type St Inode Path (unix(7)); __SO_ACCEPTCON: it listens.
            let fields = line.split(separator: " ", maxSplits: 7)
            guard fields.count == 8, fields[3] == "00010000", fields[7].hasPrefix("/"),
                sockets.contains("socket:[\(fields[6])]")
            else { continue }
            return String(fields[7])
        }
        return nil
    }

    /// Bytes that this process has caused to be written to storage since it started.
    func writtenByteCount() throws(AuditError) -> Int {
        Int(try value("write_bytes:", in: text("io"))) ?? 0
    }

    /// KiB of this process's memory that are in swap.
    func swappedKibibytes() throws(AuditError) -> Int {
        let words = try value("VmSwap:", in: text("status")).split(separator: " ")
        return Int(words.first ?? "") ?? 0
    }

    func executable() -> String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe"))
            ?? "unknown"
    }

    private func text(_ name: String) throws(AuditError) -> String {
        // A read of these files gives as much as the kernel likes; only an empty one is the end.
        let file = open("/proc/\(pid)/\(name)", O_RDONLY | O_CLOEXEC)
        defer { if file >= 0 { close(file) } }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = file < 0 ? -1 : read(file, &piece, piece.count)
            guard count >= 0 else {
                throw AuditError("/proc/\(pid)/\(name) cannot be read: \(errorText()).")
            }
            // Names in it are whatever bytes somebody chose.
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece[..<count]
        }
    }

    private func value(_ name: String, in text: String) throws(AuditError) -> String {
        for line in text.split(separator: "\n") where line.hasPrefix(name) {
            return line.dropFirst(name.count).trimmingCharacters(in: .whitespaces)
        }
        throw AuditError("/proc/\(pid) does not say \(name).")
    }
}

/// Why the audit could not be done. One sentence.
struct AuditError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

func errorText() -> String { String(cString: strerror(errno)) }
