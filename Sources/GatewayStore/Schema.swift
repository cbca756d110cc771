import SQLDatabase

/// The numbered SQL files, compiled into the binary.
enum Schema {
    static let migrations = [
        Migration(number: 1, name: "ledger", sql: text(PackageResources._001_ledger_sql)),
        Migration(number: 2, name: "processes", sql: text(PackageResources._002_processes_sql)),
        Migration(number: 3, name: "rate_slots", sql: text(PackageResources._003_rate_slots_sql)),
        Migration(number: 4, name: "reconciliation", sql: text(PackageResources._004_reconciliation_sql)),
        Migration(number: 5, name: "webhooks", sql: text(PackageResources._005_webhooks_sql)),
        Migration(number: 6, name: "repetitions", sql: text(PackageResources._006_repetitions_sql)),
        Migration(number: 7, name: "open_jobs", sql: text(PackageResources._007_open_jobs_sql)),
    ]

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
