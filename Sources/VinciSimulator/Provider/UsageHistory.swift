import DequeModule

/// Completed jobs of an account, summed per minute, so that any number of days is answered in one lookup.
struct UsageHistory: Sendable {
    struct Sum: Sendable, Equatable {
        var jobs = 0
        var milliseconds = 0
        var cost = USD.zero

        static func - (one: Sum, other: Sum) -> Sum {
            Sum(
                jobs: one.jobs - other.jobs, milliseconds: one.milliseconds - other.milliseconds,
                cost: one.cost - other.cost)
        }
    }

    private static let minute: Int64 = 60_000_000
    private static let minutesKept: Int64 = 91 * 24 * 60

    /// Everything up to and including that minute since the beginning; minutes strictly rise.
    private var totals: Deque<(minute: Int64, sum: Sum)> = []
    /// The total when the oldest kept minute began.
    private var beforeOldest = Sum()

    mutating func add(cost: USD, length: VideoLength, at moment: Moment) {
        var total = totals.last?.sum ?? beforeOldest
        total.jobs += 1
        total.milliseconds += length.milliseconds
        total.cost += cost
        let minute = moment.microseconds / Self.minute
        if totals.last?.minute == minute { totals.removeLast() }
        totals.append((minute, total))
        while let oldest = totals.first, oldest.minute < minute - Self.minutesKept {
            beforeOldest = oldest.sum
            totals.removeFirst()
        }
    }

    /// Jobs completed in the last `days` days, counted from the beginning of a minute.
    func lastDays(_ days: Int, at now: Moment) -> Sum {
        let firstMinute = now.microseconds / Self.minute - Int64(days) * 24 * 60
        var low = totals.startIndex
        var high = totals.endIndex
        while low < high {
            let middle = (low + high) / 2
            if totals[middle].minute < firstMinute { low = middle + 1 } else { high = middle }
        }
        let before = low == totals.startIndex ? beforeOldest : totals[low - 1].sum
        return (totals.last?.sum ?? beforeOldest) - before
    }
}
