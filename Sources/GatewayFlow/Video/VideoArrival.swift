import GatewayCore
import Synchronization
import VideoFiles

/// One video on its way to the disk, and all who wait for it.
final class VideoArrival: Sendable {
    private struct State {
        var end: Result<VideoRecord, VideoTrouble>?
        var waiters: [WakeSignal] = []
    }

    private let state = Mutex(State())

    /// How it ended; nil while it goes on. Leaving ends nothing for the others.
    func end(within patience: Duration, on sleeper: any Clock<Duration>) async -> Result<VideoRecord, VideoTrouble>? {
        let signal = WakeSignal()
        let known = state.withLock { state in
            if state.end == nil { state.waiters.append(signal) }
            return state.end
        }
        if let known { return known }
        await signal.wait(upTo: patience, on: sleeper)
        return state.withLock { state in
            state.waiters.removeAll { $0 === signal }
            return state.end
        }
    }

    /// Once.
    func finish(_ end: Result<VideoRecord, VideoTrouble>) {
        let waiters = state.withLock { state in
            state.end = end
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.wake() }
    }
}
