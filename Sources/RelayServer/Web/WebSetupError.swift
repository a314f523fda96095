/// The operator is wrong: one sentence that says what was found, what was expected, and where.
package struct WebSetupError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ sentence: String) {
        description = sentence
    }
}
