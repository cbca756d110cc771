import NIOCore

/// What Vinci does with an order of the idempotency campaign. It stands in the prompt, where the upstream reads it.
enum Fate: String, Sendable, CaseIterable {
    case taken, slow, late, lateRefusal, rejected, dropped, reset, cutShort

    /// - Returns: nil for an order of something else.
    init?(body: [UInt8]) {
        guard let fate = Fate.allCases.first(where: { body.firstRange(of: Array("fate-\($0)-".utf8)) != nil }) else {
            return nil
        }
        self = fate
    }

    var steps: [Behaviour.Step] {
        switch self {
        case .taken: [.take]
        case .slow: [.pause(.milliseconds(400)), .take]
        case .late: [.pause(.milliseconds(1800)), .take]
        case .lateRefusal: [.pause(.milliseconds(1800)), .reply(422, #"{"detail":"not today"}"#)]
        case .rejected: [.reply(422, #"{"detail":"not today"}"#)]
        case .dropped: [.close]
        case .reset: [.reset]
        case .cutShort: [.head(200, "Content-Length: 90"), .send(#"{"request_id":"#), .close]
        }
    }

    /// Most orders are taken; few get lost, or their keys would rest.
    static func drawn(using random: inout some RandomNumberGenerator) -> Fate {
        let rare: [Fate] = [.late, .lateRefusal, .dropped, .reset, .cutShort]
        return switch Int.random(in: 0..<100, using: &random) {
        case ..<50: .taken
        case ..<70: .slow
        case ..<80: .rejected
        default: rare.randomElement(using: &random) ?? .taken
        }
    }

    static let upstream = Behaviour(steps: [.choose { Fate(body: $0)?.steps ?? [] }])
}
