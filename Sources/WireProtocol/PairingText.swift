package import NIOCore
package import Rooms

/// What a step of pairing says, in base64url: the relay reads none of it.
package enum PairingText: Hashable, Sendable {
    case commit(pairing: ClientText, commit: ClientText)
    case offer(commit: ClientText, nonce: ClientText)
    case wrap(
        commit: ClientText, nonce: ClientText, first: UInt16, last: UInt16, check: ClientText,
        sealed: ClientText)
}

extension ServerMessage {
    /// The same text, addressed as its receiver knows the other side.
    package static func pairing(_ passage: Passage, _ text: PairingText) -> ByteBuffer {
        switch (passage, text) {
        case (.commit(let visit), .commit(let pairing, let commit)):
            var json = JSONWriter(type: "commit")
            json.add("visit", visit.rawValue)
            json.add("pairing", plain: pairing.bytes)
            json.add("commit", plain: commit.bytes)
            return json.finish()
        case (.offer(let session), .offer(let commit, let nonce)):
            var json = JSONWriter(type: "offer")
            json.add("session", session.rawValue)
            json.add("commit", plain: commit.bytes)
            json.add("nonce", plain: nonce.bytes)
            return json.finish()
        case (
            .wrap(let conversation),
            .wrap(let commit, let nonce, let first, let last, let check, let sealed)
        ):
            var json = JSONWriter(type: "wrap")
            json.add("conversation", conversation.rawValue)
            json.add("commit", plain: commit.bytes)
            json.add("nonce", plain: nonce.bytes)
            json.add("first", first)
            json.add("last", last)
            json.add("check", plain: check.bytes)
            json.add("sealed", plain: sealed.bytes)
            return json.finish()
        default:
            preconditionFailure("a step is passed on as the step it is")
        }
    }
}
