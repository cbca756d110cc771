import AdminAPI
import ArgumentParser
import Foundation

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Issue, show, change and revoke the local tokens of teams.",
        subcommands: [TokenIssue.self, TokenList.self, TokenShow.self, TokenSet.self, TokenRevoke.self])
}

struct TokenIssue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue", abstract: "Issue a token; its text is printed this once.")

    @Argument(help: "The team that it orders for.") var team: ObjectID
    @Option(help: "What people call it.") var name: String
    @Option(name: .customLong("scope"), help: "What it may do, such as generate:text; repeat for more.")
    var scopes: [String] = []
    @Option(help: "Orders per minute.") var rateLimit: Int?
    @Option(help: "Reads per minute.") var readRateLimit: Int?
    @Option(help: "When it ends, such as 2027-01-31T00:00:00Z.") var expiresAt: String?
    @Option(name: .customLong("allowed-origin"), help: "An origin that browsers may call from; repeat for more.")
    var allowedOrigins: [String] = []
    @Flag(help: "Let it see only the jobs that it ordered itself.") var ownJobsOnly = false
    @OptionGroup var options: NewSecretOptions

    func run() async throws {
        let body = NewTokenRequest(
            name: name, scopes: scopes.isEmpty ? nil : scopes, rateLimit: rateLimit, readRateLimit: readRateLimit,
            expiresAt: expiresAt, allowedOrigins: allowedOrigins.isEmpty ? nil : allowedOrigins,
            ownJobsOnly: ownJobsOnly ? true : nil)
        let reply = try await AdminConnection.open { try await $0.post(AdminPath.tokens(ofTeam: team.text), body) }
        try options.show(reply, as: NewTokenReply.self)
    }
}

struct TokenList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List tokens.")

    @Option(help: "Of this team only.") var team: ObjectID?
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let query = [URLQueryItem(name: "team", value: team?.text)]
        let reply = try await AdminConnection.open { try await $0.get(AdminPath.tokens, query: query) }
        try output.list(reply, of: TokenReply.self)
    }
}

struct TokenShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a token, without its text.")

    @Argument(help: "vinci_…") var keyID: ObjectID
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let reply = try await AdminConnection.open { try await $0.get(AdminPath.token(keyID.text)) }
        try output.show(reply, as: TokenReply.self)
    }
}

struct TokenSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "set", abstract: "Change what a token may do.")

    @Argument(help: "vinci_…") var keyID: ObjectID
    @Option var name: String?
    @Option(name: .customLong("scope"), help: "What it may do; repeat to name all.") var scopes: [String] = []
    @Option(help: "Orders per minute, or none for the default.") var rateLimit: Clearable<Int>?
    @Option(help: "Reads per minute, or none for the default.") var readRateLimit: Clearable<Int>?
    @Option(help: "When it ends, such as 2027-01-31T00:00:00Z, or none.") var expiresAt: Clearable<String>?
    @Option(name: .customLong("allowed-origin"), help: "An origin that browsers may call from; repeat to name all.")
    var allowedOrigins: [String] = []
    @Flag(help: "Take the origins of the team.") var noAllowedOrigins = false
    @Flag(inversion: .prefixedNo, help: "See only the jobs that it ordered itself.") var ownJobsOnly: Bool?
    @OptionGroup var output: OutputOptions

    private var body: TokenPatch {
        TokenPatch(
            name: Patch(name), scopes: ListPatch.of(scopes, cleared: false), rateLimit: rateLimit.patch(),
            readRateLimit: readRateLimit.patch(), expiresAt: expiresAt.patch(),
            allowedOrigins: ListPatch.of(allowedOrigins, cleared: noAllowedOrigins), ownJobsOnly: Patch(ownJobsOnly))
    }

    func validate() throws {
        if body == TokenPatch() { throw ValidationError("Nothing to change: give at least one option.") }
    }

    func run() async throws {
        let reply = try await AdminConnection.open { try await $0.patch(AdminPath.token(keyID.text), body) }
        try output.show(reply, as: TokenReply.self)
    }
}

struct TokenRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "revoke", abstract: "End a token at once.")

    @Argument(help: "vinci_…") var keyID: ObjectID
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let reply = try await AdminConnection.open { try await $0.delete(AdminPath.token(keyID.text)) }
        output.done(reply, "The token \(keyID.text) is revoked.")
    }
}
