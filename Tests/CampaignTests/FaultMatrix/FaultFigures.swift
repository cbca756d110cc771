import Synchronization

/// Printed in one line when the last case is through.
final class FaultFigures: Sendable {
    private struct State {
        var done = 0
        var longest = Duration.zero
    }

    private let cases: Int
    private let state = Mutex(State())

    init(cases: Int) { self.cases = cases }

    func note(_ took: Duration) {
        let state = state.withLock { state in
            state.done += 1
            state.longest = max(state.longest, took)
            return state
        }
        guard state.done == cases else { return }
        print("fault matrix: \(cases) cases, each sent at most once; longest answer to a short order \(state.longest)")
    }
}
