import GatewayCore

/// Runs a store call of a use case; whatever is wrong with the store, its client is told one thing.
///
/// Only store calls belong in `call`: it is untyped because a closure's error type is not inferred yet.
func storing<Value>(_ call: () async throws -> Value) async throws(Refusal) -> Value {
    do {
        return try await call()
    } catch {
        throw .storageUnavailable
    }
}
