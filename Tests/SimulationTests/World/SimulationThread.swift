import CSystemRandomness
import Foundation

/// What the current thread simulates, if it does.
enum SimulationThread {
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        let result = pthread_key_create(&key, nil)
        precondition(result == 0, "no thread-local storage")
        return key
    }()

    /// The scheduler of the world that this thread plays; nil on all other threads.
    static var scheduler: Scheduler? {
        pthread_getspecific(key).map { Unmanaged<Scheduler>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Makes this thread the world's own as long as `body` runs: its jobs go to the scheduler, and what is drawn from the
    /// system comes from the seed, so that ids and secrets are the same in every replay.
    static func play<Value>(_ scheduler: Scheduler, _ body: () throws -> Value) rethrows -> Value {
        ConcurrencyHooks.install()
        let context = Unmanaged.passUnretained(scheduler).toOpaque()
        pthread_setspecific(key, context)
        randomness_draw_from(
            { context, buffer, count in
                guard let context, let buffer else { return }
                let scheduler = Unmanaged<Scheduler>.fromOpaque(context).takeUnretainedValue()
                for offset in 0..<count { buffer[offset] = UInt8(truncatingIfNeeded: scheduler.product.next()) }
            }, context)
        defer {
            randomness_draw_from(nil, nil)
            pthread_setspecific(key, nil)
        }
        return try body()
    }
}
