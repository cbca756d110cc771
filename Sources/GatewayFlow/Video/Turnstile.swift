import Synchronization

/// Lets so many in at a time; the others wait in the order of their coming.
final class Turnstile: Sendable {
    private struct State {
        var free: Int
        var waiting: [WakeSignal] = []
    }

    private let state: Mutex<State>
    private let sleeper: any Clock<Duration>

    init(atOnce count: Int, sleeper: any Clock<Duration>) {
        state = Mutex(State(free: count))
        self.sleeper = sleeper
    }

    /// - Returns: false when patience was over, or the task cancelled, before there was a place.
    func enter(within patience: Duration) async -> Bool {
        let signal = WakeSignal()
        let isIn = state.withLock { state in
            guard state.free == 0 else {
                state.free -= 1
                return true
            }
            state.waiting.append(signal)
            return false
        }
        if isIn { return true }
        await signal.wait(upTo: patience, on: sleeper)
        // Who is not waiting any more has been given the place of somebody who left.
        return state.withLock { state in
            guard let index = state.waiting.firstIndex(where: { $0 === signal }) else { return true }
            state.waiting.remove(at: index)
            return false
        }
    }

    func leave() {
        let next = state.withLock { state -> WakeSignal? in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.wake()
    }
}
