/// Why the relay does not start: one sentence with what was found, what was expected and where, and
/// the exit code (`sysexits.h`).
package struct StartError: Error, CustomStringConvertible {
    package enum Code: Int32, Sendable {
        /// A file that should be there is not, or cannot be used.
        case noInput = 66
        /// An address cannot be listened on.
        case unavailable = 69
        /// We are wrong: the process is not in the state that sealing needs.
        case software = 70
        /// Something is open that the relay did not open.
        case descriptors = 71
        /// A forbidden operation was possible although the seal is whole.
        case selfTest = 72
        /// Sealed, the relay could not do what it needs.
        case workings = 73
        /// The configuration is wrong, or a part of a strict seal is missing.
        case configuration = 78
    }

    package var description: String
    package var code: Code

    package init(_ description: String, _ code: Code) {
        self.description = description
        self.code = code
    }
}
