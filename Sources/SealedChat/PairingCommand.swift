/// What a page says of a pairing. The relay puts the receiver's name for the other side in place of
/// the sender's (`session` ↔ `visit`) and changes nothing else. `docs/protocol.md`, "Pairing".
package enum PairingCommand: Hashable, Sendable {
    case commit(session: UInt32, pairing: [UInt8], commit: [UInt8])
    case offer(visit: UInt32, commit: [UInt8], nonce: [UInt8])
    case wrap(Wrap)
}

/// The secret of one conversation, sealed for the provider's page.
package struct Wrap: Hashable, Sendable {
    package var conversation: UInt32
    package var commit: [UInt8]
    /// The patient page's: the promise is kept here.
    package var nonce: [UInt8]
    package var first: UInt16
    package var last: UInt16
    package var check: [UInt8]
    package var sealed: [UInt8]

    package init(
        conversation: UInt32, commit: [UInt8], nonce: [UInt8], first: UInt16, last: UInt16,
        check: [UInt8], sealed: [UInt8]
    ) {
        self.conversation = conversation
        self.commit = commit
        self.nonce = nonce
        self.first = first
        self.last = last
        self.check = check
        self.sealed = sealed
    }
}

/// What came of a pairing's event.
package struct PairingOutcome {
    /// What goes out, in order.
    package var commands: [PairingCommand] = []
    /// For conversations that had none.
    package var ciphers: [(conversation: UInt32, cipher: ConversationCipher)] = []
    /// Conversations whose keys died with a run unused: new ones may follow.
    package var unkeyed: [UInt32] = []
    /// Conversations whose keys died with a run after they had been used: for good.
    package var broken: [UInt32] = []
    /// Why a run was aborted, if the other side is to blame.
    package var failed: CipherError?

    /// A run is given up, and with it all its keys.
    mutating func erase(_ ciphers: some Sequence<(key: UInt32, value: ConversationCipher)>) {
        for (conversation, cipher) in ciphers {
            if cipher.isUsed { broken.append(conversation) } else { unkeyed.append(conversation) }
            cipher.erase()
        }
    }
}

/// What a page says of one run. Only a press on this page moves `comparison`; `theirs` is the other
/// page's word and proves nothing.
package struct Safety: Hashable, Sendable {
    package enum Comparison: Hashable, Sendable {
        case notCompared
        case compared
        case different
    }

    /// `nil` until paired, and beyond the limit of runs.
    package var code: SafetyCode?
    /// A page that saw `different` begins no other run.
    package var comparison = Comparison.notCompared
    package var theirs: Comparison?
}
