import AdminAPI
import ArgumentParser
import Foundation

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Read the audit.", subcommands: [AuditList.self])
}

struct AuditList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List audit records, the oldest first; with --json and no --limit a line of JSON for each.")

    @Option(help: "Records after this number.") var after: Int64?
    @Option(help: "Of this team only.") var team: ObjectID?
    @Option(help: "Of this action only, such as order.admitted.") var action: String?
    @Option(help: "At most so many.") var limit: Int?
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let query = [
            URLQueryItem(name: "after", value: after.map(String.init)), URLQueryItem(name: "team", value: team?.text),
            URLQueryItem(name: "action", value: action), URLQueryItem(name: "limit", value: limit.map(String.init)),
        ]
        try await AdminConnection.open { admin in
            // Without a bound all of it is streamed, a line each.
            if output.json, limit == nil {
                try await admin.stream(AdminPath.audit, query: query, accept: "application/jsonl", to: Terminal.pass)
            } else {
                try output.list(try await admin.get(AdminPath.audit, query: query), of: AuditRow.self)
            }
        }
    }
}
