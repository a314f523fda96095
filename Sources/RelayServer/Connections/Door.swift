import Admission
package import NIOCore
package import Rooms

/// What a connection asks of the server it belongs to.
package protocol Door: AnyObject {
    /// Checks a sign-in token. `nil`: refused.
    func admit(
        _ token: ClientText, to room: String, on eventLoop: any EventLoop
    ) -> EventLoopFuture<AdmittedProvider?>
    /// The socket is gone.
    func left(_ id: ConnectionID)
}

/// A valid sign-in, in the rules' terms.
package struct AdmittedProvider: Sendable {
    package var provider: ProviderID
    package var key: SignInKeyID
    package var isExpired: Bool

    package init(provider: ProviderID, key: SignInKeyID, isExpired: Bool) {
        self.provider = provider
        self.key = key
        self.isExpired = isExpired
    }
}
