import SQLDatabase

/// The numbered SQL files, compiled into the binary.
enum Schema {
    static let migrations = [
        Migration(number: 1, name: "ledger", sql: text(PackageResources._001_ledger_sql)),
        Migration(number: 2, name: "processes", sql: text(PackageResources._002_processes_sql)),
        Migration(number: 3, name: "rate_slots", sql: text(PackageResources._003_rate_slots_sql)),
        Migration(number: 4, name: "reconciliation", sql: text(PackageResources._004_reconciliation_sql)),
    ]

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
