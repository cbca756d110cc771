import AdminAPI
import ArgumentParser
import GatewayApp

struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Check the ledger.", subcommands: [LedgerVerify.self])
}

struct LedgerVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Count every sum of the ledger again; exit code 1 when one is wrong.")

    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("Check this store without a running gateway.", valueName: "sqlite:path"))
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
