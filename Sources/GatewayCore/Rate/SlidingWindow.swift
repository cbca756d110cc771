/// Counts admissions so that no 60 s interval ever holds more than the limit.
///
/// 61 one-second buckets: the running second and the 60 before it. Any 60 s interval that ends now lies within them, so
/// the count is never too low; it may be too high by what fell into the oldest second, which delays, never admits.
/// 256 bytes per window, whatever the limit.
package struct SlidingWindow: Sendable, Equatable {
    package static let seconds: Int64 = 60

    private var buckets = [UInt32](repeating: 0, count: Int(SlidingWindow.seconds) + 1)
    private var newest: Int64 = .min
    private var total = 0

    package init() {}

    /// What the window would say now, without counting anything.
    package mutating func reading(limit: Int, at now: Uptime) -> PaceReading {
        advance(to: now)
        guard total >= limit else {
            return PaceReading(limit: limit, remaining: limit - total, wait: .zero, resetsIn: timeUntilEmpty(now))
        }
        return PaceReading(limit: limit, remaining: 0, wait: wait(for: limit, at: now), resetsIn: timeUntilEmpty(now))
    }

    /// How much the window would admit now.
    package mutating func remaining(of limit: Int, at now: Uptime) -> Int {
        advance(to: now)
        return max(0, limit - total)
    }

    /// Counts one admission. Call only after ``reading(limit:at:)`` at the same instant had something remaining.
    package mutating func count(at now: Uptime) {
        advance(to: now)
        buckets[index(newest)] += 1
        total += 1
    }

    /// Takes back one admission counted at `instant`, for a request that was not made after all.
    package mutating func giveBack(from instant: Uptime, at now: Uptime) {
        advance(to: now)
        let second = SlidingWindow.second(instant)
        guard second <= newest, second >= newest - SlidingWindow.seconds, buckets[index(second)] > 0 else { return }
        buckets[index(second)] -= 1
        total -= 1
    }

    /// Counts an admission made earlier, and elsewhere, that leaves the window no sooner than after `wait`, 60 s at most.
    package mutating func count(leavingAfter wait: Duration, at now: Uptime) {
        guard wait > .zero else { return }
        advance(to: now)
        let age = max(0, SlidingWindow.seconds - Int64(wait.secondsRoundedUp))
        buckets[index(newest - age)] += 1
        total += 1
    }

    /// Takes the oldest admissions out of the window.
    /// - Returns: how long each would have stayed, 60 s at most: it happened now at the latest.
    package mutating func takeOut(_ count: Int, at now: Uptime) -> [Duration] {
        advance(to: now)
        var waits: [Duration] = []
        for age in (0...SlidingWindow.seconds).reversed() {
            let position = index(newest - age)
            while buckets[position] > 0, waits.count < count {
                buckets[position] -= 1
                total -= 1
                waits.append(min(timeUntilGone(newest - age, at: now), .seconds(SlidingWindow.seconds)))
            }
        }
        return waits
    }

    /// Admissions in the window now.
    package mutating func admissions(at now: Uptime) -> Int {
        advance(to: now)
        return total
    }

    /// When the last admission leaves the window.
    private func timeUntilEmpty(_ now: Uptime) -> Duration {
        guard total > 0 else { return .zero }
        var last = newest
        while buckets[index(last)] == 0, last > newest - SlidingWindow.seconds { last -= 1 }
        return timeUntilGone(last, at: now)
    }

    /// How long until fewer than `limit` remain.
    private func wait(for limit: Int, at now: Uptime) -> Duration {
        var rest = total
        for age in (0...SlidingWindow.seconds).reversed() {
            rest -= Int(buckets[index(newest - age)])
            if rest < limit { return timeUntilGone(newest - age, at: now) }
        }
        return .seconds(SlidingWindow.seconds + 1)
    }

    /// A bucket leaves when the running second is 61 past its own.
    private func timeUntilGone(_ second: Int64, at now: Uptime) -> Duration {
        let gone = Uptime(microseconds: (second + SlidingWindow.seconds + 1) * 1_000_000)
        return max(.zero, gone.since(now))
    }

    private mutating func advance(to now: Uptime) {
        let second = SlidingWindow.second(now)
        guard newest != .min else {
            newest = second
            return
        }
        // Two threads may read the clock and arrive in the other order; a window never moves back.
        guard second > newest else { return }
        if second - newest > SlidingWindow.seconds {
            for position in buckets.indices { buckets[position] = 0 }
            total = 0
        } else {
            while newest < second {
                newest += 1
                total -= Int(buckets[index(newest)])
                buckets[index(newest)] = 0
            }
        }
        newest = second
    }

    /// Rounded down, also below zero, so that every bucket is a second wide.
    private static func second(_ instant: Uptime) -> Int64 {
        instant.microseconds.dividedDown(by: 1_000_000).quotient
    }

    private func index(_ second: Int64) -> Int {
        Int(second.dividedDown(by: Int64(buckets.count)).remainder)
    }
}

/// A window as its user may see it.
package struct PaceReading: Sendable, Equatable {
    package let limit: Int
    package let remaining: Int
    /// How long until one more is admitted; zero while something remains.
    package let wait: Duration
    /// How long until the whole limit is available again.
    package let resetsIn: Duration

    package init(limit: Int, remaining: Int, wait: Duration, resetsIn: Duration) {
        self.limit = limit
        self.remaining = remaining
        self.wait = wait
        self.resetsIn = resetsIn
    }

    package var isExhausted: Bool { remaining <= 0 }
}
