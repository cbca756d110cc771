import GatewayAcceptance
import Synchronization

/// The public ports at which a gateway can be found now; apps wait here while there is none.
final class Doors: Sendable {
    private struct State {
        var open: [WebClient] = []
        var isOver = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func open(_ door: WebClient) { change { $0.open.append(door) } }
    func close(_ door: WebClient) { change { $0.open.removeAll { $0.origin == door.origin } } }
    /// None will open any more.
    func giveUp() { change { $0.isOver = true } }

    /// - Returns: one of the open ones, as soon as there is any; nil once none will open any more.
    func any(using dice: inout some RandomNumberGenerator) async -> WebClient? {
        while true {
            let (doors, isOver) = state.withLock { ($0.open, $0.isOver) }
            if isOver { return nil }
            if let door = doors.randomElement(using: &dice) { return door }
            await change()
        }
    }

    private func change() async {
        await withCheckedContinuation { continuation in
            let isWaiting = state.withLock { state in
                guard state.open.isEmpty, !state.isOver else { return false }
                state.waiting.append(continuation)
                return true
            }
            if !isWaiting { continuation.resume() }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let woken = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            body(&state)
            guard !state.open.isEmpty || state.isOver else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in woken { continuation.resume() }
    }
}
