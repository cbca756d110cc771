/// One run of the program: `run_` and 22 base62 characters, drawn anew at each start.
package struct ProcessID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String

    /// For texts that our own store wrote.
    package init(stored text: String) { self.text = text }

    package init(using random: inout some RandomNumberGenerator) {
        text = "run_" + Base62.random(22, using: &random)
    }

    package var description: String { text }
    package static func < (left: ProcessID, right: ProcessID) -> Bool { left.text < right.text }
}
