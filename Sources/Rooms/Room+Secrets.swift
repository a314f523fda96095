// What the server may forget: it keeps a hash for each secret that a room can still be asked for.

extension Room {
    /// Whether a page with this secret could come back, or is waiting for a press.
    package func remembers(_ secret: SecretID) -> Bool {
        visitsBySecret[secret] != nil || sessionsBySecret[secret] != nil
            || newcomers.values.contains { $0.entrance.secret == secret }
    }
}
