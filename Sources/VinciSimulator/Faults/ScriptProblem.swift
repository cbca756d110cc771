/// Why a fault script was refused, and where.
package struct ScriptProblem: Error, Equatable, CustomStringConvertible {
    /// From 1; nil when the text has no such place.
    package let line: Int?
    /// The way to the value, as in `rules[0].match.call`; empty for the whole text.
    package let path: String
    package let rule: String

    package var description: String {
        let place = line.map { "line \($0): " } ?? ""
        return place + (path.isEmpty ? "" : "\(path): ") + rule
    }
}
