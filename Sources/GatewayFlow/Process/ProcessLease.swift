package import GatewayCore
import Synchronization

/// Whether this process still counts as alive, as far as it can know without asking: what it may begin only then.
///
/// The fence of every order: between the hold and the first byte to Vinci a process may have been stopped for minutes, and
/// others may have taken its place since.
package final class ProcessLease: Sendable {
    private struct State {
        var process: ProcessID
        /// Nil: for ever, since no other process can open the store.
        var validUntil: Uptime?
    }

    private let state: Mutex<State>
    private let terms: LeaseTerms?
    private let clock: any WallClock

    /// - terms: nil for a store that one process has to itself.
    package init(_ process: ProcessID, terms: LeaseTerms?, clock: any WallClock) {
        self.terms = terms
        self.clock = clock
        state = Mutex(State(process: process, validUntil: terms.map { _ in clock.uptime() }))
    }

    /// Under which name this process works now; another one after it was taken for dead.
    package var current: ProcessID { state.withLock { $0.process } }

    /// The name to begin something under; nil while others may have taken over.
    package var valid: ProcessID? {
        let process = current
        return isValid(for: process) ? process : nil
    }

    /// Whether `process` is this one and still counts as alive.
    package func isValid(for process: ProcessID) -> Bool {
        let now = clock.uptime()
        return state.withLock { state in
            guard state.process == process else { return false }
            return state.validUntil.map { now < $0 } ?? true
        }
    }

    /// A beat was stored.
    /// - began: before it was sent.
    func renew(_ process: ProcessID, began: Uptime) {
        guard let terms else { return }
        state.withLock { state in
            guard state.process == process, let end = state.validUntil else { return }
            state.validUntil = max(end, began.adding(terms.validity))
        }
    }

    /// This process goes on under another name.
    func replace(with process: ProcessID, began: Uptime) {
        guard let terms else { return }
        state.withLock { $0 = State(process: process, validUntil: began.adding(terms.validity)) }
    }
}
