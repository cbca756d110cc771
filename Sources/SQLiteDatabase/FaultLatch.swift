import SQLDatabase

/// Remembers that storage failed during a body, in case the body caught the failure and went on.
final class FaultLatch {
    private(set) var fault: SQLFailure?

    func note(_ failure: SQLFailure) {
        guard failure.isStorageFault, fault?.breakReason == nil else { return }
        fault = failure
    }
}
