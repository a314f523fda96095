/// Why something was not done. Whatever is thrown, nothing has been sent.
public enum RelayClientError: Error, Hashable, Sendable {
    /// There is no connection now, and this cannot be kept until there is one.
    case offline
    /// The visit, or the provider session, is over.
    case over
    /// More than 4,000 characters or 16,000 bytes of UTF-8.
    case tooLong
    /// 20 messages wait for a provider already.
    case tooManyWaiting
    /// The chat is unknown, ended or erased.
    case noChat
    /// A person, or a proof, said that nothing more should be written here.
    case notTrusted
    /// There is no safety code to compare.
    case noSafetyCode
    /// The card does not fit: at most about 4,000 bytes.
    case cardTooLong
}

/// Why there is no connection. The client goes on trying by itself, with back-off.
public enum TransportError: Error, Hashable, Sendable {
    /// Not `https://HOST[:PORT]/r/ROOM`.
    case badAddress
    /// No connection, no TLS, or a certificate that is not trusted.
    case unreachable(String)
    /// The relay answered the upgrade with another status than 101.
    case refused(status: Int)
    /// The host did not answer.
    case timedOut
    /// The connection was closed before there was an answer.
    case closed
}
