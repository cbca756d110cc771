import GatewayCore
import GatewayFlow
import GatewayTesting
import Testing

/// A key of five requests a minute, of which one is kept for orders.
@Suite("The places of a Vinci key") struct KeyPoolTests {
    private let clock = ManualClock()
    private let pool: KeyPool

    init() {
        pool = KeyPool(clock: clock.wall, sleeper: clock)
        pool.install([PooledKey(id: .sample, requestsPerMinute: 5, upstream: ScriptedUpstream())])
    }

    @Test("are for orders first: the last one is refused to polls and account calls") func ordersFirst() async {
        for _ in 0..<4 { #expect(await takesPoll()) }
        #expect(await !takesPoll())
        #expect(await !takesAccountCall())
        #expect(await takesOrder())
        #expect(await !takesOrder())
    }

    @Test("go to a poll that waited for twenty seconds, before orders and account calls") func owed() async {
        for _ in 0..<5 { #expect(await takesOrder()) }
        #expect(await !takesPoll())
        clock.advance(by: .seconds(62))
        for _ in 0..<4 { #expect(await takesOrder()) }
        #expect(await !takesOrder(), "the last place is a poll's")
        #expect(await !takesAccountCall())
        #expect(await takesPoll())
        clock.advance(by: .seconds(62))
        for _ in 0..<5 { #expect(await takesOrder(), "it has had it") }
    }

    @Test("are nobody's any more once no poll asks for them") func forgotten() async {
        for _ in 0..<5 { #expect(await takesOrder()) }
        #expect(await !takesPoll())
        clock.advance(by: .seconds(30))
        #expect(await !takesPoll())
        clock.advance(by: .seconds(100))
        for _ in 0..<5 { #expect(await takesOrder()) }
    }

    private func takesOrder() async -> Bool { await pool.slotForOrder().isSlot }
    private func takesPoll() async -> Bool { await pool.slotForQuery(with: .sample).isSlot }
    private func takesAccountCall() async -> Bool { await pool.slotForQuery(with: nil).isSlot }
}

extension SlotAnswer {
    fileprivate var isSlot: Bool {
        if case .slot = self { true } else { false }
    }
}
