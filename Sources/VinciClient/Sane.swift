import Foundation

/// Ranges within which a number of Vinci's is believed. Wide enough for any honest value, narrow enough that sums of
/// believed values never overflow a ledger of micro-dollars in 64 bits.
struct Sane: Sendable {
    let range: ClosedRange<Decimal>

    /// Dollars of one video.
    static let cost = Sane(range: 0...1_000_000)
    /// Seconds of one video.
    static let seconds = Sane(range: 0...86_400)
    static let percent = Sane(range: 0...100)
    /// Dollars of an account, which may be overdrawn.
    static let balance = Sane(range: -1_000_000_000...1_000_000_000)
    /// A sum over an account's life.
    static let total = Sane(range: 0...1_000_000_000)

    /// The number, or nil outside the range.
    func value(_ number: Decimal) -> Decimal? { range.contains(number) ? number : nil }

    func check(_ number: Decimal, _ field: String) throws(UnreadableReply) {
        guard range.contains(number) else { throw .field(field) }
    }

    /// The same for a number that may be absent.
    func checked(_ number: Decimal?, _ field: String) throws(UnreadableReply) -> Decimal? {
        guard let number else { return nil }
        try check(number, field)
        return number
    }
}
