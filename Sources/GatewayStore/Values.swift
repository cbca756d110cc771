import Foundation
import GatewayCore
import SQLDatabase

// How our values stand in columns.

extension SQLValue {
    init(_ amount: MicroUSD) { self = .integer(amount.count) }
    init(_ instant: Timestamp) { self = .integer(instant.microseconds) }
    init(_ bool: Bool) { self = .integer(bool ? 1 : 0) }
    init(_ number: Int) { self = .integer(Int64(number)) }
    init(_ text: String?) { self = text.map(SQLValue.text) ?? .null }
    init(_ amount: MicroUSD?) { self = amount.map { SQLValue($0) } ?? .null }
    init(_ instant: Timestamp?) { self = instant.map { SQLValue($0) } ?? .null }
    init(_ number: Int?) { self = number.map { SQLValue($0) } ?? .null }
    init(_ id: TeamID) { self = .text(id.text) }
    init(_ id: KeyID) { self = .text(id.text) }
    init(_ id: JobID) { self = .text(id.text) }
    init(_ id: ProcessID) { self = .text(id.text) }
    init(_ id: ProcessID?) { self.init(id?.text) }
    init(_ id: TeamID?) { self = id.map { SQLValue($0) } ?? .null }
    init(_ id: RequestID?) { self.init(id?.text) }
    init(_ id: UpstreamKeyID?) { self.init(id?.text) }
    init(_ id: WebhookID) { self = .text(id.text) }
    init(_ id: WebhookDeliveryID) { self = .text(id.text) }
    init(_ state: JobState) { self = .text(state.rawValue) }

    /// Origins and scopes: one per line, sorted, so equal sets are equal texts.
    init(lines: some Sequence<String>) { self = .text(lines.sorted().joined(separator: "\n")) }
}

extension SQLRow {
    func amount(_ name: String) throws(SQLFailure) -> MicroUSD { MicroUSD(count: try integer(name)) }

    func amountIfAny(_ name: String) throws(SQLFailure) -> MicroUSD? {
        try integerIfAny(name).map { MicroUSD(count: $0) }
    }

    func instant(_ name: String) throws(SQLFailure) -> Timestamp { Timestamp(microseconds: try integer(name)) }

    func instantIfAny(_ name: String) throws(SQLFailure) -> Timestamp? {
        try integerIfAny(name).map { Timestamp(microseconds: $0) }
    }

    func number(_ name: String) throws(SQLFailure) -> Int { Int(try integer(name)) }
    func numberIfAny(_ name: String) throws(SQLFailure) -> Int? { try integerIfAny(name).map { Int($0) } }

    func lines(_ name: String) throws(SQLFailure) -> [String] {
        try text(name).split(separator: "\n").map(String.init)
    }

    func origins(_ name: String) throws(SQLFailure) -> Set<Origin> { Set(try lines(name).compactMap { Origin($0) }) }

    /// A value of a closed set; anything else was not written by us.
    func choice<Choice: RawRepresentable<String>>(
        _ name: String, _ type: Choice.Type = Choice.self
    ) throws(SQLFailure) -> Choice {
        let text = try text(name)
        guard let choice = Choice(rawValue: text) else { throw .unexpectedRow("\(name) is \(text)") }
        return choice
    }

    /// Seconds of video, stored as whole microseconds.
    func secondsIfAny(_ name: String) throws(SQLFailure) -> Decimal? {
        try integerIfAny(name).map { Decimal($0) / 1_000_000 }
    }
}
