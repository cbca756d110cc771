import Testing

/// One scenario after the other: each has the machine's processors to itself, as far as the other lane leaves them.
@Suite("Chaos on SQLite", .serialized) enum ChaosOnSQLite {}

/// Beside the first lane: much of its time is waiting for leases to lapse.
@Suite("Chaos on PostgreSQL", .serialized) enum ChaosOnPostgres {}
