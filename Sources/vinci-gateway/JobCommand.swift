import AdminAPI
import ArgumentParser
import Foundation

struct JobCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job", abstract: "List and show orders; resolve those of unknown outcome.",
        subcommands: [JobList.self, JobShow.self, JobResolve.self])
}

struct JobList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List orders, the newest first.")

    @Option(help: "Of this team only.") var team: ObjectID?
    @Option(help: "In this state only, such as unknown.") var state: String?
    @Option(help: "At most so many.") var limit: Int?
    @Option(help: "Go on where the last list ended.") var cursor: String?
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let query = [
            URLQueryItem(name: "team", value: team?.text), URLQueryItem(name: "state", value: state),
            URLQueryItem(name: "limit", value: limit.map(String.init)), URLQueryItem(name: "cursor", value: cursor),
        ]
        let reply = try await AdminConnection.open { try await $0.get(AdminPath.jobs, query: query) }
        try output.list(reply, of: JobReply.self)
    }
}

struct JobShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show an order and its history.")

    @Argument(help: "job_…") var id: ObjectID
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let reply = try await AdminConnection.open { try await $0.get(AdminPath.job(id.text)) }
        try output.show(reply, as: JobReply.self)
        guard !output.json, let history = try reply.decoded(JobReply.self).history else { return }
        Terminal.say("\n\(Table.text(history))")
    }
}

struct JobResolve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve", abstract: "Say what became of an order of unknown outcome.",
        discussion: """
            not_charged  Vinci made no video: the hold is released.
            charged      Vinci charged --cost-usd, and nobody knows for what request id.
            found        The order is at Vinci under --request-id: it goes on from there.
            """)

    @Argument(help: "job_…") var id: ObjectID
    @Argument var resolution: JobResolution
    @Option(help: "How you know; kept in the audit.") var reason: String
    @Option(name: .customLong("cost-usd"), help: "With charged: what Vinci took.") var cost: DollarAmount?
    @Option(help: "With found: Vinci's id.") var requestID: ObjectID?
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (resolution == .charged) == (cost != nil) else {
            throw ValidationError("--cost-usd goes with charged, and charged needs it.")
        }
        guard (resolution == .found) == (requestID != nil) else {
            throw ValidationError("--request-id goes with found, and found needs it.")
        }
    }

    func run() async throws {
        let body = ResolveRequest(
            resolution: resolution, costUSD: cost?.usd, requestID: requestID?.text, reason: reason)
        let reply = try await AdminConnection.open { try await $0.post(AdminPath.resolve(job: id.text), body) }
        try output.show(reply, as: JobReply.self)
    }
}
