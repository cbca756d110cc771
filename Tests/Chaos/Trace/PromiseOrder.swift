/// Whether every request id that left through a socket was on the disk before.
///
/// A request id is Vinci's: the gateway learns it from Vinci's reply, and where it first appears in the write-ahead log is
/// the transaction that records this reply. It is on the disk once an fsync of the log has ended that began after that
/// transaction's commit frame was written. No call that writes the id to a socket may have begun before.
///
/// The tracer stops threads one after the other, so a reply that waited for the fsync never looks as if it had not. One
/// that did not wait can look right by chance, but not all of them.
struct PromiseOrder: Sendable {
    /// Ids that left too early, each once.
    private(set) var early: Set<String> = []
    /// Ids that left at all.
    private(set) var sent: Set<String> = []
    /// Fsyncs of the log that were done.
    private(set) var syncs = 0

    private var inTransaction: Set<String> = []
    private var committed: Set<String> = []
    private var durable: Set<String> = []
    /// What each fsync that has begun will have made durable.
    private var syncing: [Substring: Set<String>] = [:]

    init(_ trace: SyscallTrace) {
        for event in trace.events { take(event) }
    }

    private mutating func take(_ event: SyscallTrace.Event) {
        switch event {
        case .logged(let ids, let isCommit):
            inTransaction.formUnion(ids.all)
            guard isCommit else { return }
            committed.formUnion(inTransaction)
            inTransaction = []
        case .syncBegan(let thread):
            syncing[thread] = committed
        case .syncEnded(let thread, let isDone):
            let written = syncing.removeValue(forKey: thread) ?? []
            guard isDone else { return }
            syncs += 1
            durable.formUnion(written)
            committed.subtract(written)
        case .sendBegan(let ids):
            sent.formUnion(ids.all)
            early.formUnion(ids.all.subtracting(durable))
        }
    }
}
