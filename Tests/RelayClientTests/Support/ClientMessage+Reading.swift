import Rooms
import WireProtocol

extension ClientMessage {
    /// The page key of a first frame.
    var keyBytes: [UInt8]? {
        switch self {
        case .checkIn(_, let key, _, _), .signIn(_, let key, _, _): key.bytes
        default: nil
        }
    }
}
