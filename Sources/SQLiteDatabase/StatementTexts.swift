import SQLDatabase
import Synchronization

/// Statements that were made ready before, shared by all connections of a store.
final class StatementTexts: Sendable {
    private let known = Mutex<[String: StatementText]>([:])

    /// - Returns: the statement, and whether it may stay prepared. Statements are constants of the program; should one
    ///   ever be built from data, memory stays bounded.
    func text(_ portable: String) throws(SQLFailure) -> (text: StatementText, isKept: Bool) {
        if let text = known.withLock({ $0[portable] }) { return (text, true) }
        let text = try StatementText(portable)
        let isKept = known.withLock { known in
            guard known.count < Self.keptMax else { return false }
            known[portable] = text
            return true
        }
        return (text, isKept)
    }

    private static let keptMax = 1_000
}
