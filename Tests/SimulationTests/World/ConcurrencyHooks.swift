import Foundation

/// Takes over where Swift's runtime puts jobs that are ready: those made ready on a simulation's thread go to that
/// world's scheduler, all others to where they always went. Everything a world needs is made ready by itself, so nothing
/// of it ever runs on another thread.
///
/// Swift 6.3 does not ask these hooks for `Task.yield` and `Task.sleep`, which go to the default executor directly:
/// simulated code must not use them. The product has no call of either; it sleeps on the clock it is given.
enum ConcurrencyHooks {
    private typealias Enqueue = @convention(thin) (UnownedJob) -> Void
    private typealias EnqueueHook = @convention(thin) (UnownedJob, Enqueue) -> Void
    private typealias EnqueueLater = @convention(thin) (UInt64, UnownedJob) -> Void
    private typealias EnqueueLaterHook = @convention(thin) (UInt64, UnownedJob, EnqueueLater) -> Void
    private typealias EnqueueAt = @convention(thin) (Int64, Int64, Int64, Int64, CInt, UnownedJob) -> Void
    private typealias EnqueueAtHook =
        @convention(thin) (Int64, Int64, Int64, Int64, CInt, UnownedJob, EnqueueAt) -> Void

    /// Once for the whole process; further calls cost nothing.
    static func install() { _ = isInstalled }

    private static let isInstalled: Bool = {
        let enqueue: EnqueueHook = { job, original in
            guard let scheduler = SimulationThread.scheduler else { return original(job) }
            scheduler.enqueue(job)
        }
        let enqueueLater: EnqueueLaterHook = { delay, job, original in
            precondition(SimulationThread.scheduler == nil, "simulated code waits by a real clock")
            original(delay, job)
        }
        let enqueueAt: EnqueueAtHook = { seconds, nanoseconds, leeway, rest, clock, job, original in
            precondition(SimulationThread.scheduler == nil, "simulated code waits by a real clock")
            original(seconds, nanoseconds, leeway, rest, clock, job)
        }
        set("swift_task_enqueueGlobal_hook", enqueue)
        set("swift_task_enqueueGlobalWithDelay_hook", enqueueLater)
        set("swift_task_enqueueGlobalWithDeadline_hook", enqueueAt)
        return true
    }()

    private static func set<Hook>(_ symbol: String, _ hook: Hook) {
        guard let address = dlsym(dlopen(nil, RTLD_NOW), symbol) else {
            preconditionFailure("this Swift runtime has no \(symbol)")
        }
        address.assumingMemoryBound(to: Hook?.self).pointee = hook
    }
}

/// Runs a job here and now, as a thread of the default executor would.
func runHere(_ job: UnownedJob) {
    // Two null words are the generic executor: code without an actor of its own.
    runJob(job, unsafeBitCast((0, 0), to: UnownedSerialExecutor.self))
}

@_silgen_name("swift_job_run")
private func runJob(_ job: UnownedJob, _ executor: UnownedSerialExecutor)
