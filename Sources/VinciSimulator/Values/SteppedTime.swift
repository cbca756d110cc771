import Synchronization

/// Time that stands still until it is told to go on, by a test or by `POST /simulator/v1/advance`.
package final class SteppedTime: SimulatorClock {
    private struct Sleeper {
        var wakes: Moment
        var gate: Gate<Void>
    }

    private struct State {
        var now: Moment
        var sleepers: [Sleeper] = []
        /// Of those who wait for the next sleeper.
        var watchers: [Gate<Void>] = []
    }

    private let state: Mutex<State>

    /// - startingAt: 2026-01-01 00:00 UTC unless told otherwise.
    package init(startingAt start: Moment = Moment(unixSeconds: 1_767_225_600)) {
        state = Mutex(State(now: start))
    }

    package func now() -> Moment { state.withLock { $0.now } }

    package func sleep(for duration: Duration) async throws {
        let gate = Gate<Void>()
        guard duration > .zero else { return }
        let watchers = state.withLock { state in
            state.sleepers.append(Sleeper(wakes: state.now.advanced(by: duration), gate: gate))
            defer { state.watchers = [] }
            return state.watchers
        }
        for watcher in watchers { watcher.open(with: ()) }
        defer { state.withLock { $0.sleepers.removeAll { $0.gate === gate } } }
        try await gate.value()
    }

    /// Moves time forward and wakes everything that is due. A negative step is taken for zero.
    package func advance(by step: Duration) {
        let due = state.withLock { state in
            state.now = state.now.advanced(by: max(step, .zero))
            let due = state.sleepers.filter { $0.wakes <= state.now }
            state.sleepers.removeAll { $0.wakes <= state.now }
            return due
        }
        for sleeper in due { sleeper.gate.open(with: ()) }
    }

    /// Returns as soon as somebody waits for time to go on; at once if somebody does.
    ///
    /// - Throws: `CancellationError`.
    package func somebodySleeps() async throws {
        let gate = Gate<Void>()
        state.withLock { state in
            guard state.sleepers.isEmpty else { return gate.open(with: ()) }
            state.watchers.append(gate)
        }
        try await gate.value()
    }

    /// How many delays are waiting for time to go on.
    package var sleeperCount: Int { state.withLock { $0.sleepers.count } }
}
