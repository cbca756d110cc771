import GatewayCore

extension Task where Success: Sendable, Failure == any Error {
    /// How the task ended, or nil when it still runs after `patience`. It is not cancelled by that.
    ///
    /// Not a task group: that would wait for the task however long it takes.
    func result(within patience: Duration, on clock: any Clock<Duration>) async -> Result<Success, any Error>? {
        let (ends, continuation) = AsyncStream.makeStream(of: Result<Success, any Error>?.self)
        let timer = Task<Void, Never>(executorPreference: HomeExecutor.current) {
            guard (try? await clock.sleep(for: patience)) != nil else { return }
            continuation.yield(nil)
            continuation.finish()
        }
        Task<Void, Never>(executorPreference: HomeExecutor.current) {
            continuation.yield(await self.result)
            continuation.finish()
        }
        defer { timer.cancel() }
        for await end in ends { return end }
        return nil
    }
}
