/// Why something was not sealed or not believed. Whatever is thrown, nothing has advanced: no
/// number, no sequence, no chain. The names are those of `Sources/Web/relay/cipher-error.js`.
package enum CipherError: Error, Hashable, Sendable {
    /// Not a point on P-256 in its long form.
    case key
    /// A part has a length that the protocol does not have.
    case length
    /// The seal is broken: another key, another place, or changed on the way.
    case tag
    /// The seal is whole, and what is inside is not a message.
    case body
    /// Not a frame of this kind of conversation.
    case frame
    case slot
    case epoch
    /// Another number than the sender's next: a repeat, a gap, another order.
    case number
    /// Another place than the next.
    case sequence
    /// Further than this page has come.
    case watermark
    /// The patient's page did not keep the promise that began the run.
    case commit
    /// The secret is another one than promised.
    case check
    /// No more under this key, in this page, or in one frame.
    case limit
    /// The keys are gone.
    case erased
}
