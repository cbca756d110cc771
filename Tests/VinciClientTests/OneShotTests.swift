import Testing

@testable import VinciClient

@Suite("A value that comes once", .timeLimit(.minutes(1))) struct OneShotTests {
    @Test("is there for who asks later") func before() async {
        let shot = OneShot<Int>()
        shot.put(7)
        #expect(await shot.value(within: .seconds(60), on: ContinuousClock()) == 7)
    }

    @Test("is waited for") func after() async {
        let shot = OneShot<Int>()
        async let value = shot.value(within: .seconds(60), on: ContinuousClock())
        await Task.yield()
        shot.put(7)
        #expect(await value == 7)
    }

    @Test("is not there when the patience is over, and can be waited for again") func again() async {
        let shot = OneShot<Int>()
        #expect(await shot.value(within: .milliseconds(1), on: ContinuousClock()) == nil)
        #expect(await shot.value(within: .zero, on: ContinuousClock()) == nil)
        async let value = shot.value(within: .seconds(60), on: ContinuousClock())
        shot.put(7)
        #expect(await value == 7)
    }

    @Test("reaches who was cancelled while waiting, too") func cancelled() async {
        let shot = OneShot<Int>()
        let waiting = Task { await shot.value(within: .seconds(60), on: ContinuousClock()) }
        waiting.cancel()
        shot.put(7)
        #expect(await waiting.value == 7)
    }

    @Test("comes or does not, never both and never neither, however close it is") func race() async {
        for _ in 0..<500 {
            let shot = OneShot<Int>()
            async let value = shot.value(within: .microseconds(20), on: ContinuousClock())
            async let put: Void = Task { shot.put(7) }.value
            await put
            let first = await value
            #expect(first == nil || first == 7)
            #expect(await shot.value(within: .seconds(60), on: ContinuousClock()) == 7)
        }
    }
}
