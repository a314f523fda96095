/// A peer's mistake. Each closes the socket with a code; none carries anything that the peer sent.
package enum ProtocolError: Error, Hashable, Sendable, CaseIterable {
    // RFC 6455
    case unmasked
    case reservedBits
    case reservedOpcode
    case fragmentedControl
    case longControl
    case nonMinimalLength
    case tooLong
    case strayContinuation
    case interruptedFragments
    case tooManyFragments
    case smallFragment
    case badUTF8
    case badClosePayload
    // The frame header
    case badVersion
    case badKind
    case badSlot
    case badFlags
    case badReserved
    case badNumber
    case badSequence
    case badLength
    // Commands
    case badJSON
    case badCommand
    case badFirstFrame

    package var closeCode: CloseCode {
        switch self {
        case .unmasked, .reservedBits, .reservedOpcode, .fragmentedControl, .longControl,
            .nonMinimalLength, .strayContinuation, .interruptedFragments, .tooManyFragments,
            .smallFragment, .badClosePayload:
            .framingError
        case .tooLong: .tooBig
        case .badUTF8: .badUTF8
        case .badVersion, .badKind, .badSlot, .badFlags, .badReserved, .badNumber, .badSequence,
            .badLength, .badJSON, .badCommand, .badFirstFrame:
            .protocolError
        }
    }
}
