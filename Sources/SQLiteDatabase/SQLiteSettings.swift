import Foundation

/// How an SQLite store behaves. Only the reaction to broken storage has no default.
package struct SQLiteSettings: Sendable {
    /// Called once, on any thread, when storage turned out to be broken: the process must end (exit code 70), because
    /// only a fresh start may decide what reached the disk. The text names the file; it is for the log and holds no data.
    package var onBroken: @Sendable (String) -> Void

    /// After each COMMIT that reached the disk: how long that statement took, and how many writes it kept. Runs on the
    /// writer's thread, so it must only note the figures.
    package var onCommit: @Sendable (Duration, Int) -> Void = { _, _ in }

    /// Writes waiting beyond this are refused with `.unavailable`.
    package var waitingWritesMax = 10_000
    /// Writes that share one COMMIT.
    package var groupWritesMax = 256
    /// Connections that read at the same time.
    package var readersMax = 4
    /// How long a statement waits for a lock that another process holds.
    package var busyTimeout: Duration = .seconds(5)

    /// WAL pages after which a quiet moment is used for a checkpoint (a page is 4 KiB).
    package var checkpointPages = 1_000
    /// WAL pages after which a checkpoint no longer waits for a quiet moment.
    package var checkpointPagesMax = 8_000

    /// Size of the file kept for a full disk: deleted then, so that settlements still fit. 0 keeps none.
    package var ballastBytes = 8 << 20
    /// How often a full disk is tried again.
    package var spaceProbeInterval: Duration = .seconds(5)

    /// Measures commits and the time between space probes.
    package var clock: any Clock<Duration> = ContinuousClock()

    package init(onBroken: @escaping @Sendable (String) -> Void) {
        self.onBroken = onBroken
    }
}

/// What the writer has done since it was opened, for metrics and readiness.
package struct SQLiteFigures: Sendable, Equatable {
    /// Writes that were committed and are on disk.
    package var writes = 0
    /// COMMITs it took; `writes / commits` is the mean size of a group.
    package var commits = 0
    /// Times the WAL was copied back into the database file.
    package var checkpoints = 0
    /// The disk is full: only settlements are taken.
    package var isFull = false
}
