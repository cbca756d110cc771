import SQLDatabase

/// The numbered SQL files, compiled into the binary.
enum Schema {
    static let migrations = [
        Migration(number: 1, name: "ledger", sql: text(PackageResources._001_ledger_sql))
    ]

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
