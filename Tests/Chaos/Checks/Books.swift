import GatewayAcceptance
import VinciAPI
import VinciSimulator

/// The gateway's tables, Vinci's bill and what apps were told, side by side: whatever is wrong between them.
struct Books: Sendable {
    /// Of orders with a key, by it.
    let rows: [String: BookRow]
    private let all: [BookRow]
    let entries: [OrderLog.Entry]
    let bill: Bill
    private let lines: [String: BillLine]
    private let submits: [String: [SubmitRecord]]
    private let isSubmitLogWhole: Bool

    /// Read in this order: what is captured is on the bill by then.
    init(of world: ChaosWorld) async throws {
        all = try await BookRow.all(in: world.store)
        rows = Dictionary(all.filter { !$0.key.isEmpty }.map { ($0.key, $0) }) { one, _ in one }
        entries = world.log.entries
        bill = world.simulator.bill
        lines = Dictionary(bill.lines.map { ($0.requestID, $0) }) { one, _ in one }
        let report = world.simulator.requests
        submits = Dictionary(grouping: report.submits, by: \.promptSHA256)
        isSubmitLogWhole = report.submitsDropped == 0
    }

    var postCount: Int { submits.values.reduce(0) { $0 + $1.count } }
    var unknownCount: Int { all.count { $0.state == "unknown" } }

    /// In sentences; none if all is well.
    /// - isQuiet: every job has had its time to settle.
    func faults(isQuiet: Bool) -> [String] {
        var faults = isSubmitLogWhole ? [] : ["Vinci's log of orders has overflowed: the test is too long for it"]
        for entry in entries {
            let posts = submits[entry.order.promptSHA256] ?? []
            let found =
                promises(entry, posts) + (rows[entry.order.key].map { truth($0, posts, isQuiet: isQuiet) } ?? [])
            faults += found.map {
                "order \(entry.order.number) (\(entry.told.map { "\($0)" }.joined(separator: ", "))): \($0)"
            }
        }
        return faults + sums()
    }

    // MARK: What apps were told

    private func promises(_ entry: OrderLog.Entry, _ posts: [SubmitRecord]) -> [String] {
        var faults: [String] = []
        if posts.count > 1 { faults.append("doubled: Vinci got it \(posts.count) times") }
        if !posts.isEmpty, rows[entry.order.key] == nil {
            faults.append("Vinci got it, and the store knows nothing of it")
        }
        if let id = entry.acceptedID, rows[entry.order.key]?.requestID != id {
            faults.append("lost: \(id) was accepted; the store has \(rows[entry.order.key].debugDescription)")
        }
        if !entry.told.isEmpty, entry.told.allSatisfy(\.saysNothingWasOrdered), !posts.isEmpty {
            faults.append("nothing was ordered, it was told, and Vinci got it")
        }
        return faults
    }

    // MARK: What became of it

    private func truth(_ row: BookRow, _ posts: [SubmitRecord], isQuiet: Bool) -> [String] {
        let line = posts.first?.requestID.flatMap { lines[$0] }
        let cost = line?.cost?.micros ?? 0
        var faults: [String] = []
        if let id = row.requestID, id != line?.requestID { faults.append("\(id) is another order's at Vinci") }
        switch row.state {
        case "completed", "written_off":
            if row.charged != cost { faults.append("\(row.charged) captured, \(cost) charged by Vinci") }
        case "failed":
            if line?.state != .failed { faults.append("failed here, and not at Vinci") }
        case "refused", "cancelled":
            if line != nil, !row.isToBeVerified, cost > 0 { faults.append("\(row.state) here, and charged by Vinci") }
        case "unknown":
            if row.resolution != nil { faults.append("unknown, and its hold resolved") }
        default:
            if isQuiet { faults.append("\(row.job) is still \(row.state)") }
        }
        return faults
    }

    // MARK: Money

    var captured: Int64 { all.reduce(0) { $0 + $1.charged } }

    /// Captured ≤ Vinci's bill ≤ captured + open holds + releases that are to be verified.
    private func sums() -> [String] {
        let open = all.reduce(0) { $0 + ($1.resolution == nil ? $1.held : 0) }
        let verify = all.reduce(0) { $0 + ($1.isToBeVerified ? $1.held : 0) }
        let charged = bill.totals.charged.micros
        guard captured <= charged, charged <= captured + open + verify else {
            return ["captured \(captured), held \(open), to verify \(verify); Vinci charged \(charged)"]
        }
        return []
    }
}
