import AdminAPI
import ArgumentParser
import Foundation
import GatewayApp

struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Check the ledger, by itself and against the Vinci account.",
        subcommands: [LedgerVerify.self, LedgerReconcile.self])
}

struct LedgerVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Count every sum of the ledger again; exit code 1 when one is wrong.")

    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("Check this store without a running gateway.", valueName: "url"))
    var store: String?

    func run() async throws {
        if let store { return try await verifyOffline(store) }
        let reply = try await AdminConnection.open { try await $0.get(AdminPath.ledgerVerify) }
        try output.show(reply, as: LedgerReply.self)
        let report = try reply.decoded(LedgerReply.self)
        if !output.json { show(report.violations) }
        try demand(report)
    }

    private func verifyOffline(_ text: String) async throws {
        guard let location = StoreLocation(text) else {
            throw ValidationError("--store: expected sqlite:PATH or postgres://….")
        }
        let report = try await LedgerCheck.offline(store: location)
        try output.show(report)
        if !output.json { show(report.violations) }
        try demand(report)
    }

    private func show(_ violations: [LedgerViolationReply]) {
        for violation in violations {
            Terminal.say(CellText.printable("\(violation.invariant)  \(violation.object)  \(violation.detail)"))
        }
    }

    private func demand(_ report: LedgerReply) throws {
        guard report.ok else { throw CommandFailure(message: "The ledger does not add up.") }
    }
}

struct LedgerReconcile: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile", abstract: "Hold the Vinci account's total against the ledger now.",
        discussion: """
            Exit code 1 while the account differs from the ledger by more than open orders explain. Once you know why, \
            --accept-drift makes the difference part of the baseline.
            """)

    @Flag(help: "The difference is explained: compare from here on.") var acceptDrift = false
    @Option(help: "With --accept-drift: how you know; kept in the audit.") var reason: String?
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard acceptDrift == (reason != nil) else {
            throw ValidationError("--reason goes with --accept-drift, and --accept-drift needs it.")
        }
    }

    func run() async throws {
        let body = ReconcileRequest(acceptDrift: acceptDrift, reason: reason)
        let reply = try await AdminConnection.open { try await $0.post(AdminPath.reconcile, body) }
        try output.show(reply, as: ReconcileReply.self)
        let report = try reply.decoded(ReconcileReply.self)
        for job in report.settled ?? [] where !output.json { Terminal.say("settled \(CellText.printable(job))") }
        guard report.driftUSD == 0 else { throw CommandFailure(message: report.sentence) }
    }
}
