import Logging
package import ServiceLifecycle

/// Runs a service for as long as `body` does, then stops it as a signal would.
package func serving<Answer: Sendable>(
    _ service: any Service, while body: () async throws -> Answer
) async throws -> Answer {
    let group = ServiceGroup(
        services: [service], logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
    async let running: Void = group.run()
    let answer: Result<Answer, any Error>
    do {
        answer = .success(try await body())
    } catch {
        answer = .failure(error)
    }
    await group.triggerGracefulShutdown()
    try await running
    return try answer.get()
}
