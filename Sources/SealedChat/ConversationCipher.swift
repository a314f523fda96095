import Crypto

/// The keys of one conversation on one page, with their counters. A class, and the only holder of
/// the counters: a copy would have the same keys and could seal twice under one number.
///
/// What throws has changed nothing: the same frame, asked for again, may still be the right one.
package final class ConversationCipher {
    /// No key seals more messages than this.
    package static let greatestNumber: UInt64 = 1 << 20
    static let proofByteCount = 16

    package let epoch: UInt16
    package let side: Side
    /// `C_e`, which travels beside the secret.
    let check: [UInt8]

    private let pairing: [UInt8]
    private let sealer: any MessageSealer
    private let greatestNumber: UInt64
    /// `nil` once erased.
    private var keys: ConversationKeys?
    private var chain: Chain
    /// The numbers that this page has taken, that the relay has accepted, that the other page has
    /// used.
    private var numbers = (taken: UInt64(0), accepted: UInt64(0), theirs: UInt64(0))

    /// Call it once for a pairing, epoch and side.
    init(
        secret: ConversationSecret, pairing: Pairing, epoch: UInt16, side: Side,
        sealer: any MessageSealer, greatestNumber: UInt64 = greatestNumber
    ) {
        let keys = ConversationKeys(secret, pairing: pairing, epoch: epoch)
        self.keys = keys
        self.pairing = pairing.id
        self.epoch = epoch
        self.side = side
        self.sealer = sealer
        self.greatestNumber = greatestNumber
        check = keys.check
        chain = Chain(pairing: pairing.id, check: keys.check)
    }

    /// The last sequence up to which everything was verified, own messages included.
    package var placed: UInt32 { chain.last }

    /// The number of the message that was sealed last; 0 before the first.
    package var lastNumber: UInt64 { numbers.taken }

    /// Whether anything was ever sealed or opened.
    package var isUsed: Bool { numbers.taken > 0 || placed > 0 }

    // MARK: Messages

    /// Seals a message under the next number, which is spent with that. There is no way to name a
    /// number: to send a message again is to send these bytes again.
    ///
    /// - Parameter conversation: the relay's handle.
    /// - Returns: the whole frame.
    package func seal(_ body: Body, conversation: UInt32) throws(CipherError) -> [UInt8] {
        let own = try liveKeys().keys(of: side)
        let inner = try body.encoded()
        guard numbers.taken < greatestNumber else { throw .limit }
        numbers.taken += 1
        let header = SealedHeader(kind: .message, side: side, epoch: epoch, number: numbers.taken)
        let sealed = try sealer.seal(
            inner, key: own.key, nonce: own.nonce(number: header.number),
            authenticating: associatedData(header))
        return frame(header, conversation: conversation, sealed)
    }

    /// Opens the other side's next message: in the relay's order without a gap, and in the
    /// sender's without a repeat.
    ///
    /// - Parameter frame: as the relay passed it on.
    package func open(_ frame: [UInt8]) throws(CipherError) -> Body {
        let their = try liveKeys().keys(of: side.other)
        let header = try message(frame, from: side.other, number: numbers.theirs + 1)
        guard SealedHeader.sequence(of: frame) == placed + 1 else { throw .sequence }
        let inner = try sealer.open(
            Array(frame[SealedHeader.bodyOffset...]), key: their.key,
            nonce: their.nonce(number: header.number), authenticating: associatedData(header))
        let body = try Body(decoding: inner)
        chain.append(frame)
        numbers.theirs = header.number
        return body
    }

    /// The relay has given an own message its place.
    ///
    /// - Parameter ownFrame: the bytes that were sealed and sent.
    package func place(_ ownFrame: [UInt8], sequence: UInt32) throws(CipherError) {
        _ = try liveKeys()
        guard numbers.accepted < numbers.taken else { throw .number }
        let header = try message(ownFrame, from: side, number: numbers.accepted + 1)
        guard sequence == placed + 1 else { throw .sequence }
        chain.append(ownFrame)
        numbers.accepted = header.number
    }

    /// The header of a side's next message.
    private func message(
        _ frame: [UInt8], from sender: Side, number: UInt64
    ) throws(CipherError) -> SealedHeader {
        let header = try header(of: frame, from: sender)
        guard header.kind == .message else { throw .frame }
        guard header.number == number, number <= greatestNumber else { throw .number }
        return header
    }

    // MARK: Receipts

    package enum Receipt: Hashable, Sendable {
        case delivered
        case seen
    }

    /// A whole receipt, which says provably what this page was shown up to `watermark`.
    package func prove(
        _ receipt: Receipt, upTo watermark: UInt32, conversation: UInt32
    ) throws(CipherError) -> [UInt8] {
        let header = SealedHeader(
            kind: receipt == .seen ? .seen : .delivered, side: side, epoch: epoch,
            number: UInt64(watermark))
        return frame(header, conversation: conversation, try proof(header))
    }

    /// Whether the other page, which alone can make its proofs, was shown what this page was.
    ///
    /// Throws `watermark` for one that is ahead of this page: verify it again there.
    package func verify(_ receipt: [UInt8]) throws(CipherError) -> Bool {
        let header = try header(of: receipt, from: side.other)
        guard header.kind != .message else { throw .frame }
        return areEqual(receipt[SealedHeader.bodyOffset...], try proof(header))
    }

    private func proof(_ header: SealedHeader) throws(CipherError) -> [UInt8] {
        let keys = try liveKeys().keys(of: header.side)
        guard let link = chain[header.number] else { throw .watermark }
        let code = HMAC<SHA256>.authenticationCode(
            for: labelled(.acknowledgement, pairing, header.bytes, link), using: keys.mac)
        return Array(code.prefix(Self.proofByteCount))
    }

    // MARK: The end

    /// What ends this conversation, said by a page that has come as far as this one: the last
    /// message that it seals.
    package func end() throws(CipherError) -> Body {
        _ = try liveKeys()
        return .end(ChainPoint(watermark: placed, digest: digest(placed) ?? []))
    }

    /// Whether the writer of an `end` was shown what this page was.
    package func isTrueEnd(_ end: ChainPoint) -> Bool {
        guard keys != nil, let digest = digest(end.watermark) else { return false }
        return areEqual(digest, end.digest)
    }

    private func digest(_ sequence: UInt32) -> [UInt8]? {
        chain[UInt64(sequence)].map { Array($0.prefix(ChainPoint.digestByteCount)) }
    }

    /// Drops the keys, whose memory is then overwritten. Nothing is sealed, opened or proved from
    /// now on.
    package func erase() {
        keys = nil
    }

    package var isErased: Bool { keys == nil }

    private func liveKeys() throws(CipherError) -> ConversationKeys {
        guard let keys else { throw .erased }
        return keys
    }

    // MARK: Frames

    private func header(of frame: [UInt8], from sender: Side) throws(CipherError) -> SealedHeader {
        let header = try SealedHeader(of: frame)
        guard header.side == sender else { throw .slot }
        guard header.epoch == epoch else { throw .epoch }
        return header
    }

    private func associatedData(_ header: SealedHeader) -> [UInt8] {
        labelled(.message, pairing, header.bytes)
    }

    private func frame(_ header: SealedHeader, conversation: UInt32, _ body: [UInt8]) -> [UInt8] {
        join(header.bytes, conversation.bigEndianBytes, [0, 0, 0, 0], body)
    }
}
