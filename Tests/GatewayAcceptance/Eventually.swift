/// Asks again until there is an answer. The one place where tests wait without an event to wait for.
/// - what: completes "gave up waiting for …".
/// - Throws: ``NeverHappened``, or what `look` throws.
package func eventually<Value: Sendable>(
    _ what: String, within patience: Duration = .seconds(30), _ look: () async throws -> Value?
) async throws -> Value {
    let clock = ContinuousClock()
    let deadline = clock.now.advanced(by: patience)
    while clock.now < deadline {
        if let value = try await look() { return value }
        try await clock.sleep(for: .milliseconds(20))
    }
    throw NeverHappened(what: what, patience: patience)
}

/// Asks again until the condition holds.
package func eventually(
    _ what: String, within patience: Duration = .seconds(30), _ holds: () async throws -> Bool
) async throws {
    _ = try await eventually(what, within: patience) { try await holds() ? true : nil }
}

package struct NeverHappened: Error, CustomStringConvertible {
    let what: String
    let patience: Duration

    package var description: String { "gave up waiting for \(what) after \(patience)" }
}
