/// One process's part of a limit that several processes share.
///
/// A limit of n is n places, each usable again 60 s after its last use; so no 60 s interval holds more than n uses, however
/// the places wander. A process admits with the places that it has here; with how long each must still rest, places go back
/// to the store and come from there.
package struct WindowShare: Sendable, Equatable {
    /// How long places that have come are kept for whoever they came for, who may not have got round to using them.
    private static let claim: Duration = .seconds(5)

    private var window = SlidingWindow()
    /// When places last came.
    private var receivedAt: Uptime?
    /// Nil: nobody shares the limit, all of it is here.
    package private(set) var places: Int?

    /// - isShared: begins with no place at all.
    package init(isShared: Bool) { places = isShared ? 0 : nil }

    /// What may be admitted here now.
    /// - atLeast: as many may be admitted even with fewer places: for times in which none can be had.
    package mutating func reading(limit: Int, atLeast: Int = 0, at now: Uptime) -> PaceReading {
        let reading = window.reading(limit: here(of: limit, atLeast), at: now)
        // Callers know the limit as a whole.
        return PaceReading(
            limit: limit, remaining: reading.remaining, wait: reading.wait, resetsIn: reading.resetsIn)
    }

    /// As ``reading(limit:atLeast:at:)``, without the times.
    package mutating func remaining(of limit: Int, atLeast: Int = 0, at now: Uptime) -> Int {
        window.remaining(of: here(of: limit, atLeast), at: now)
    }

    private func here(of limit: Int, _ atLeast: Int) -> Int { min(limit, max(places ?? limit, atLeast)) }

    /// What callers are told: places that are elsewhere may be had, so they count as remaining.
    package mutating func shown(limit: Int, at now: Uptime) -> PaceReading {
        let here = reading(limit: limit, at: now)
        let elsewhere = max(0, limit - (places ?? limit))
        return PaceReading(
            limit: limit, remaining: min(limit, here.remaining + elsewhere), wait: here.wait, resetsIn: here.resetsIn)
    }

    /// Counts one admission if there is room for it here.
    /// - atLeast: as for ``reading(limit:atLeast:at:)``.
    /// - Returns: what refuses it, or else what its caller is told.
    package mutating func admit(
        limit: Int, atLeast: Int = 0, at now: Uptime
    ) -> (refusing: PaceReading?, reading: PaceReading?) {
        guard remaining(of: limit, atLeast: atLeast, at: now) > 0 else {
            return (reading(limit: limit, atLeast: atLeast, at: now), nil)
        }
        count(at: now)
        return (nil, shown(limit: limit, at: now))
    }

    /// Counts one admission, as ``SlidingWindow/count(at:)``.
    package mutating func count(at now: Uptime) { window.count(at: now) }

    package mutating func giveBack(from instant: Uptime, at now: Uptime) { window.giveBack(from: instant, at: now) }

    /// Whether more of the limit may be had elsewhere.
    package func isShort(of limit: Int) -> Bool { places.map { $0 < limit } ?? false }

    /// Nothing was admitted here for 60 s, and nobody is about to be.
    package mutating func isRested(at now: Uptime) -> Bool {
        if let receivedAt, now.since(receivedAt) < WindowShare.claim { return false }
        return window.admissions(at: now) == 0
    }

    /// - rests: how long each of the new places must still rest.
    package mutating func receive(_ rests: [Duration], at now: Uptime) {
        guard let held = places else { return }
        places = held + rests.count
        if !rests.isEmpty { receivedAt = now }
        for rest in rests { window.count(leavingAfter: rest, at: now) }
    }

    /// Gives places away, the most rested first.
    /// - Returns: how long each must still rest.
    package mutating func surrender(_ count: Int, at now: Uptime) -> [Duration] {
        guard let held = places else { return [] }
        let leaving = min(max(count, 0), held)
        places = held - leaving
        let rested = min(leaving, max(0, held - window.admissions(at: now)))
        return Array(repeating: .zero, count: rested) + window.takeOut(leaving - rested, at: now)
    }

    /// The places here are others' now.
    package mutating func lose() { if places != nil { places = 0 } }
}
