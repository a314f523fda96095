import Admission
import NIOCore
import Rooms

/// What a connection asks of the server it belongs to.
protocol Door: AnyObject {
    /// Checks a sign-in token. `nil`: refused.
    func admit(
        _ token: ClientText, to room: String, on eventLoop: any EventLoop
    ) -> EventLoopFuture<AdmittedProvider?>
    /// The socket is gone.
    func left(_ id: ConnectionID)
}

/// A valid sign-in, in the rules' terms.
struct AdmittedProvider: Sendable {
    var provider: ProviderID
    var key: SignInKeyID
    var isExpired: Bool
}
