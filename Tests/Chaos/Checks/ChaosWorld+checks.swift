import Foundation
import GatewayAcceptance
import GatewayTesting
import NIOHTTP1
import Testing
import VinciSimulator

/// What must hold after every scenario, whatever was done to the gateways.
extension ChaosWorld {
    /// The load is over and `gateway` is up: waits until all jobs have come to their ends, then holds everything against
    /// everything.
    /// - repeated: how many orders are asked for again.
    func checkEverything(_ gateway: GatewayProcess, _ crowd: Crowd, repeated: Int = 100) async throws {
        try await settle()
        let books = try await Books(of: self)
        expectNone(books.faults(isQuiet: true) + log.complaints)
        let ledger = try await gateway.administration.demand(200, .GET, "/admin/v1/ledger/verify")
        #expect(ledger["ok"]?.bool == true, "\(ledger) \(seed)")

        var dice = seed.dice(books.entries.count)
        let known = books.entries.filter { books.rows[$0.order.key] != nil }
        let chosen = known.shuffled(using: &dice).prefix(repeated)
        let repetition = Repetition(world: self, crowd: crowd, door: gateway.door)
        expectNone(try await repetition.faults(of: Array(chosen)))
    }

    /// No gateway runs any more.
    func checkOffline() async throws {
        let verified = try await ChildProcess.run(
            GatewayProcess.program, ["ledger", "verify", "--store", store.url],
            environment: GatewayProcess.environment(), in: folder)
        #expect(verified.exit == 0, "\(verified.stdout)\(verified.stderr) \(seed)")
        expectNone(try await Books(of: self).faults(isQuiet: true))
    }

    /// Waits until every job has ended or is unknown. Where gateways share the keys' requests per minute, a poll may have
    /// to wait for the next minute.
    func settle() async throws {
        do {
            try await eventually("all jobs to be settled or unknown", within: .seconds(150)) {
                try await BookRow.unsettled(in: store).isEmpty
            }
        } catch let error as NeverHappened {
            let rows = try await BookRow.unsettled(in: store)
            Issue.record("\(rows.count) jobs are not settled, \(seed): \(rows.prefix(5))")
            throw error
        }
    }

    /// 2 s after a kill at the latest, in 99 of 100 cases; a machine that does much else is only looked at.
    func checkReadiness() {
        guard !Machine.isBusy else { return print("chaos: the machine is busy; ready \(readyTimes.summary)") }
        #expect(readyTimes.percentile(99) < .seconds(2), "ready \(readyTimes.summary) \(seed)")
    }

    /// One line for people who quote figures.
    func report(_ what: String) async throws {
        let books = try await Books(of: self)
        let accepted = log.acceptedCount
        print(
            "chaos: \(what); \(readyTimes.count) starts, ready \(readyTimes.summary); \(log.count) orders, "
                + "\(accepted) accepted, \(books.postCount) POSTs, \(books.unknownCount) unknown, "
                + "$\(Decimal(books.captured) / 1_000_000) captured of \(books.bill.totals.charged) billed; \(seed)")
    }

    func expectNone(_ faults: [String], _ location: SourceLocation = #_sourceLocation) {
        let shown = faults.prefix(10).joined(separator: "\n")
        #expect(faults.isEmpty, "\(faults.count) faults, \(seed):\n\(shown)", sourceLocation: location)
    }
}
