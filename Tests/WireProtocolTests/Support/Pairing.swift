import Rooms

@testable import WireProtocol

/// What the steps of pairing say in the shared vectors: bytes of a kind.
enum Pairing {
    static let commit = PairingText.commit(pairing: text(of: 16), commit: text(of: 32))
    static let offer = PairingText.offer(commit: text(of: 32), nonce: text(of: 32))
    static let wrap = PairingText.wrap(
        commit: text(of: 32), nonce: text(of: 32), first: 1, last: 1, check: text(of: 32),
        sealed: text(of: 113))

    private static func text(of byteCount: Int) -> ClientText {
        ClientText(Base64URL.encode(Array(repeating: UInt8(0xA5), count: byteCount)))
    }
}
