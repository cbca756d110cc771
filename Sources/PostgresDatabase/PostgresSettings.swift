import Foundation

/// How a PostgreSQL store behaves. Every wait has an end; what that means to the caller stands with each. Only the
/// reaction to broken storage has no default.
package struct PostgresSettings: Sendable {
    /// Called once, on any thread, when the server said that its data is damaged: the process must end (exit code 70),
    /// since nothing that it reads can be trusted. The text names the server; it is for the log and holds no data.
    package var onBroken: @Sendable (String) -> Void

    /// After each COMMIT that the server confirmed: how long that round trip took, and how many writes it kept. Runs on
    /// a connection's thread, so it must only note the figures.
    package var onCommit: @Sendable (Duration, Int) -> Void = { _, _ in }

    /// A connection was lost or could not be made, or one is there again; for the log, and without secrets. Called at
    /// most as often as connecting is tried.
    package var onConnection: @Sendable (ConnectionNews) -> Void = { _ in }

    /// Connections that read and write, each with a thread of its own and opened when there is work for it. One more
    /// listens once somebody asks for wake-ups.
    package var connectionsMax = 8
    /// How many of them may write at the same time. Few are faster than many: orders change the same few rows, where more
    /// writers would only wait for each other's COMMIT, while what waits here shares one.
    package var writersMax = 3
    /// How many of them may read at the same time: reports leave room for orders.
    package var readersMax = 5
    /// Writes waiting for a connection beyond this are refused with `.unavailable`, and so are reads.
    package var waitingMax = 10_000
    /// Writes that share one transaction when more are waiting than can be run side by side.
    package var groupWritesMax = 16
    /// Statements that stay prepared on each connection.
    package var statementsKeptMax = 300

    /// How long connecting to one host may take, until its first statement is answered. Names are looked up by the
    /// system, within the limits of its own configuration.
    package var connectTimeout: Duration = .seconds(5)
    /// How long work waits for a connection; then it is `.unavailable`.
    package var queueTimeout: Duration = .seconds(10)
    /// How long one statement of a write may take; then the write is `.unavailable`. The server is told to give up a
    /// little earlier, so that a slow statement does not cost its connection. A transaction that stands idle for as long
    /// is ended by the server: a process that vanished blocks nobody for longer.
    package var statementTimeout: Duration = .seconds(10)
    /// How long one statement of a read may take. Reads hold no locks; who cannot wait cancels.
    package var readStatementTimeout: Duration = .seconds(30)
    /// How long a statement waits for a row that another transaction has changed.
    package var lockTimeout: Duration = .seconds(5)
    /// How long a write may take altogether once it has its connection, repetitions included: no statement is begun
    /// later, and the write is `.unavailable`.
    package var writeTimeout: Duration = .seconds(20)
    /// How long the answer to COMMIT may take; then it is in doubt.
    package var commitTimeout: Duration = .seconds(10)
    /// How long a COMMIT in doubt is looked into; then its callers get `.inDoubt`.
    package var doubtTimeout: Duration = .seconds(15)
    /// How long one migration may take, and how long another process's may keep this one waiting.
    package var migrationTimeout: Duration = .seconds(600)
    /// The longest pause between two tries to connect.
    package var reconnectPauseMax: Duration = .seconds(2)

    package init(onBroken: @escaping @Sendable (String) -> Void) {
        self.onBroken = onBroken
    }
}

/// What happened to the connections of a store.
package enum ConnectionNews: Sendable, Equatable {
    /// - reason: a sentence without secrets.
    case lost(reason: String)
    case failed(PostgresOpenFailure)
    /// The first one after a failure.
    case restored
}

/// What was done since a store was opened, for metrics.
package struct PostgresFigures: Sendable, Equatable {
    /// Writes that wait for a connection now.
    package var waitingWrites = 0
    /// Reads that do.
    package var waitingReads = 0
    /// Writes that were committed, as the server confirmed.
    package var writes = 0
    /// COMMITs it took.
    package var commits = 0
    /// Transactions that were run again because the server asked for it (deadlock, changed table).
    package var repetitions = 0
    /// Connections that were opened, the first ones included.
    package var connections = 0
    /// Connections that were lost.
    package var lostConnections = 0
    /// COMMITs whose answer was lost and whose end was found out afterwards.
    package var doubtsResolved = 0
    /// COMMITs whose end could not be found out in time.
    package var doubtsLeft = 0
    /// The server's disk was full when last written to.
    package var isFull = false
}
