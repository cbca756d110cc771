/// A job's local name: `job_` and a ``TimeOrdered`` text.
///
/// Ids made later sort later, so a list by id is a list by time and inserts go to the end of the index.
package struct JobID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String

    package init?(_ text: String) {
        guard TimeOrdered.isText(text, prefix: "job_") else { return nil }
        self.text = text
    }

    package init(stored text: String) { self.text = text }

    package init(at now: Timestamp, using random: inout some RandomNumberGenerator) {
        text = "job_" + TimeOrdered.text(at: now, using: &random)
    }

    package var description: String { text }
    package static func < (left: JobID, right: JobID) -> Bool { left.text < right.text }
}

/// Vinci's name of a job: 1…128 of `A-Z a-z 0-9 _ -`.
package struct RequestID: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    /// - text: checked by the grammar of Vinci's API, which lives with its JSON shapes.
    package init(checked text: String) { self.text = text }

    package var description: String { text }
}
