import Dispatch
import SQLDatabase

/// Keeps a body, and with it a connection, busy until it is released.
final class Gate: Sendable {
    private let stream = AsyncStream.makeStream(of: Void.self)
    private let semaphore = DispatchSemaphore(value: 0)

    /// To be called in a body.
    func hold() {
        stream.continuation.yield()
        semaphore.wait()
    }

    func waitUntilHeld() async {
        for await _ in stream.stream { return }
    }

    func release() { semaphore.signal() }
}

/// - Returns: what `body` threw; nil when it did not.
func failure(_ body: () async throws(SQLFailure) -> Void) async -> SQLFailure? {
    do throws(SQLFailure) {
        try await body()
        return nil
    } catch {
        return error
    }
}

extension SQLFailure {
    var isUnavailable: Bool { if case .unavailable = self { true } else { false } }
    var isStatement: Bool { if case .statement = self { true } else { false } }
}

/// Waits for what will come, looking again and again; for what cannot announce itself.
func eventually(_ condition: () async throws -> Bool) async throws {
    while try await !condition() { try await Task.sleep(for: .milliseconds(5)) }
}
