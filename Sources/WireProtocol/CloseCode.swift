package import Rooms

/// Why the relay closes a socket, and whether a page may connect again by itself: below 4000 and
/// 40xx, yes, with back-off; 41xx, no. Source: `docs/protocol.md`, "Close codes".
package enum CloseCode: UInt16, Hashable, Sendable, CaseIterable {
    case normal = 1000
    case goingAway = 1001
    case framingError = 1002
    case badUTF8 = 1007
    case tooBig = 1009

    case silent = 4001
    case socketAge = 4002
    case firstFrameTimeout = 4003
    case slowReader = 4008
    case flood = 4029

    case protocolError = 4100
    case signInRefused = 4101
    case superseded = 4102
    case displaced = 4103
    case visitOver = 4104
    case unknownVisit = 4105
    case signedOut = 4106
    case sessionEnded = 4107
    case wrongCode = 4110
    case tooManyTries = 4111
    case queueFull = 4112
    case relayFull = 4113
    case stopping = 4114
    case sourceFull = 4115
    case closed = 4116

    package init(_ closing: Closing) {
        self =
            switch closing {
            case .goingAway: .goingAway
            case .protocolError: .protocolError
            case .signInRefused: .signInRefused
            case .superseded: .superseded
            case .displaced: .displaced
            case .visitOver: .visitOver
            case .unknownVisit: .unknownVisit
            case .signedOut: .signedOut
            case .sessionEnded: .sessionEnded
            case .wrongCode: .wrongCode
            case .tooManyTries: .tooManyTries
            case .queueFull: .queueFull
            case .relayFull: .relayFull
            case .stopping: .stopping
            case .sourceFull: .sourceFull
            case .closed: .closed
            }
    }

    /// At most 20 bytes of ASCII; empty for the codes of RFC 6455.
    package var reason: StaticString {
        switch self {
        case .normal, .goingAway, .framingError, .badUTF8, .tooBig: ""
        case .silent: "silent"
        case .socketAge: "socket_age"
        case .firstFrameTimeout: "first_frame_timeout"
        case .slowReader: "slow_reader"
        case .flood: "flood"
        case .protocolError: "protocol_error"
        case .signInRefused: "sign_in_refused"
        case .superseded: "superseded"
        case .displaced: "displaced"
        case .visitOver: "visit_over"
        case .unknownVisit: "unknown_visit"
        case .signedOut: "signed_out"
        case .sessionEnded: "session_ended"
        case .wrongCode: "wrong_code"
        case .tooManyTries: "too_many_tries"
        case .queueFull: "queue_full"
        case .relayFull: "relay_full"
        case .stopping: "stopping"
        case .sourceFull: "source_full"
        case .closed: "closed"
        }
    }

    package var mayReconnect: Bool { rawValue < 4100 }
}
