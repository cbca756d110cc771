import AdminAPI
import ArgumentParser

/// The value of an option that can also be taken away with `none`.
struct Clearable<Value: ExpressibleByArgument & Sendable>: ExpressibleByArgument {
    var patch: Patch<Value>

    init?(argument: String) {
        if argument == "none" {
            patch = .null
        } else {
            guard let value = Value(argument: argument) else { return nil }
            patch = .value(value)
        }
    }
}

extension Optional {
    /// An option that was not given leaves the field alone.
    func patch<Value>() -> Patch<Value> where Wrapped == Clearable<Value> { self?.patch ?? .absent }
}

/// A list that options set item by item, and that a flag clears.
enum ListPatch {
    static func of(_ items: [String], cleared: Bool) -> Patch<[String]> {
        cleared ? .null : items.isEmpty ? .absent : .value(items)
    }
}
