/// A rule that a world has broken.
struct Violation: Sendable, CustomStringConvertible {
    let seed: UInt64
    /// Of the product, in its words.
    let rule: String
    let detail: String
    /// In the world's time, microseconds.
    let at: Int64

    var description: String { "seed \(seed): \(rule) – \(detail)" }
}
