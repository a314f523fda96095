/// Bytes that a person's page sent and that no log, name, title or metric may show: a sealed card,
/// a sign-in token. Printing it, by any of Swift's ways, shows `‹client text›`.
package struct ClientText: Hashable, Sendable, CustomStringConvertible,
    CustomDebugStringConvertible,
    CustomReflectable
{
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package var description: String { "‹client text›" }
    package var debugDescription: String { description }
    /// Without an empty mirror, `dump` shows the bytes.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
