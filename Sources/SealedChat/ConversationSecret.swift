import Crypto

/// `CS_e`: 32 random bytes from the patient's page, new for every conversation. Its memory is
/// overwritten when the last reference to it goes.
struct ConversationSecret: Sendable {
    static let byteCount = 32

    let key: SymmetricKey

    init(_ bytes: [UInt8]) throws(CipherError) {
        guard bytes.count == Self.byteCount else { throw .length }
        key = SymmetricKey(data: bytes)
    }
}

/// What both pages derive from the secret of a conversation.
struct ConversationKeys: Sendable {
    /// `C_e`: shows that both have the same secret, and begins the chain.
    let check: [UInt8]
    let patient: SideKeys
    let provider: SideKeys

    init(_ secret: ConversationSecret, pairing: Pairing, epoch: UInt16) {
        let root = HKDF<SHA256>.extract(
            inputKeyMaterial: secret.key,
            salt: join([Suite.number], pairing.id, epoch.bigEndianBytes))
        check = HKDF<SHA256>.expand(
            pseudoRandomKey: root, info: Label.commit.bytes, outputByteCount: 32
        ).withUnsafeBytes(Array.init)
        patient = SideKeys(root: root, side: .patient, pid: pairing.patient.pid)
        provider = SideKeys(root: root, side: .provider, pid: pairing.provider.pid)
    }

    func keys(of side: Side) -> SideKeys { side == .patient ? patient : provider }
}

/// What one side seals and proves with.
struct SideKeys: Sendable {
    /// `K`, 32 bytes.
    let key: SymmetricKey
    /// `IV`, 12 bytes.
    let iv: [UInt8]
    /// `M`, 32 bytes.
    let mac: SymmetricKey

    init(root: HashedAuthenticationCode<SHA256>, side: Side, pid: [UInt8]) {
        func expand(_ label: Label, _ byteCount: Int) -> SymmetricKey {
            HKDF<SHA256>.expand(
                pseudoRandomKey: root, info: join(label.bytes, [side.rawValue], pid),
                outputByteCount: byteCount)
        }
        key = expand(.key, 32)
        iv = expand(.iv, 12).withUnsafeBytes(Array.init)
        mac = expand(.mac, 32)
    }

    /// The initial value xor (`u32` lane ‖ `u64` number). Messages, which are all there is today,
    /// are lane 0.
    func nonce(lane: UInt32 = 0, number: UInt64) -> [UInt8] {
        zip(iv, join(lane.bigEndianBytes, number.bigEndianBytes)).map { $0 ^ $1 }
    }
}

/// The two sides of a conversation, by their slot in the frame header.
package enum Side: UInt8, Hashable, Sendable {
    case patient = 0
    case provider = 1

    package var other: Side { self == .patient ? .provider : .patient }
}
