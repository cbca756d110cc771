/// A text that must never be printed: upstream keys, local tokens, the master key.
///
/// Printing, interpolating, dumping or logging one gives `***`. The one way to the text is ``reveal()``, so a search for
/// that word finds every place where a secret leaves.
package struct Secret: Sendable, Hashable {
    private let text: String

    package init(_ text: String) { self.text = text }

    /// The text itself. Callers put it into exactly one outgoing header, one hash or one line on the owner's terminal.
    package func reveal() -> String { text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "***" }
    package var debugDescription: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
