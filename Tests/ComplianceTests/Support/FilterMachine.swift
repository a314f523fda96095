import CHost

/// Runs a filter's program as the kernel does: the few instructions of classic BPF that it uses.
struct FilterMachine {
    enum Verdict: Hashable {
        case allow
        case fail(errno: Int32)
        case kill
    }

    /// What a program may not do; the kernel would refuse it.
    struct Fault: Error, CustomStringConvertible {
        var description: String
    }

    struct Instruction {
        var code: UInt16
        var then: UInt8
        var otherwise: UInt8
        var value: UInt32

        init(_ bits: UInt64) {
            code = UInt16(truncatingIfNeeded: bits)
            then = UInt8(truncatingIfNeeded: bits >> 16)
            otherwise = UInt8(truncatingIfNeeded: bits >> 24)
            value = UInt32(truncatingIfNeeded: bits >> 32)
        }
    }

    let program: [Instruction]

    init(process: UInt32) throws {
        var words = [UInt64](repeating: 0, count: 1_024)
        let count = chost_filter_program(&words, words.count, process)
        guard count > 0 else { throw Fault(description: "no program: \(count)") }
        program = words.prefix(Int(count)).map { Instruction($0) }
    }

    func verdict(
        _ number: Int32, _ arguments: [UInt64] = [],
        architecture: UInt32 = chost_filter_architecture()
    ) throws -> Verdict {
        var accumulator: UInt32 = 0
        var place = 0
        while program.indices.contains(place) {
            let instruction = program[place]
            place += 1
            switch instruction.code {
            case 0x20:
                accumulator = try word(
                    at: Int(instruction.value), number, arguments, architecture)
            case 0x15, 0x35, 0x45:
                let holds =
                    switch instruction.code {
                    case 0x15: accumulator == instruction.value
                    case 0x35: accumulator >= instruction.value
                    default: accumulator & instruction.value != 0
                    }
                place += Int(holds ? instruction.then : instruction.otherwise)
            case 0x06: return try verdict(of: instruction.value)
            default: throw Fault(description: "instruction \(instruction.code) at \(place - 1)")
            }
        }
        throw Fault(description: "the program ends without an answer")
    }

    /// `struct seccomp_data`: number, architecture, address, six arguments of 8 bytes.
    private func word(
        at offset: Int, _ number: Int32, _ arguments: [UInt64], _ architecture: UInt32
    ) throws -> UInt32 {
        switch offset {
        case 0: return UInt32(bitPattern: number)
        case 4: return architecture
        case 16..<64 where offset.isMultiple(of: 4):
            let index = (offset - 16) / 8
            let argument = arguments.indices.contains(index) ? arguments[index] : 0
            return UInt32(truncatingIfNeeded: offset.isMultiple(of: 8) ? argument : argument >> 32)
        default: throw Fault(description: "a load at \(offset)")
        }
    }

    private func verdict(of answer: UInt32) throws -> Verdict {
        switch answer & 0xFFFF_0000 {
        case 0x7FFF_0000: return .allow
        case 0x0005_0000: return .fail(errno: Int32(answer & 0xFFFF))
        case 0x8000_0000: return .kill
        default: throw Fault(description: "the answer \(answer)")
        }
    }
}
