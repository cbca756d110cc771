/// Remembers that storage failed during a body, in case the body caught the failure and went on.
package final class FaultLatch {
    package private(set) var fault: SQLFailure?

    package init() {}

    package func note(_ failure: SQLFailure) {
        guard failure.isStorageFault, fault?.breakReason == nil else { return }
        fault = failure
    }
}
