import AdminAPI
import ArgumentParser
import Foundation

struct UsageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage", abstract: "What was ordered and spent, from the ledger.")

    @Option(help: "From this day or instant on, such as 2026-11-01.") var from: String?
    @Option(help: "Before this day or instant.") var to: String?
    @Option(help: "A row for each.") var groupBy = UsageGroupBy.team
    @Flag(help: "Print CSV as the API gives it.") var csv = false
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if csv, output.json { throw ValidationError("Give either --json or --csv, not both.") }
    }

    func run() async throws {
        let query = [
            URLQueryItem(name: "from", value: from), URLQueryItem(name: "to", value: to),
            URLQueryItem(name: "group_by", value: groupBy.rawValue),
        ]
        try await AdminConnection.open { admin in
            if csv {
                try await admin.stream(AdminPath.usage, query: query, accept: "text/csv", to: Terminal.pass)
            } else {
                let reply = try await admin.get(AdminPath.usage, query: query)
                try output.list(reply, of: UsageRowReply.self)
                if !output.json, let account = try reply.decoded(UsageReply.self).reconcile {
                    Terminal.say("\n\(account.sentence)")
                }
            }
        }
    }
}
