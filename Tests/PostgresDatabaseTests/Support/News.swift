import Synchronization

/// What was said, in its order.
final class News: Sendable {
    private let said = Mutex<[String]>([])

    var words: [String] { said.withLock { $0 } }

    func add(_ word: String) { said.withLock { $0.append(word) } }
}
