import AdminAPI
import ArgumentParser

struct AdminCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin", abstract: "Issue, list and revoke admin tokens.",
        subcommands: [AdminIssue.self, AdminList.self, AdminRevoke.self])
}

struct AdminIssue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue", abstract: "Issue an admin token; its text is printed this once.")

    @Argument(help: "Who will hold it.") var name: String
    @Option(help: "owner: everything; operator: all but admins and upstream keys; auditor: read only.")
    var role: AdminRoleName
    @Option(help: "When it ends, such as 2027-01-31T00:00:00Z.") var expiresAt: String?
    @OptionGroup var options: NewSecretOptions

    func run() async throws {
        let body = NewAdminTokenRequest(name: name, role: role, expiresAt: expiresAt)
        let reply = try await AdminConnection.open { try await $0.post(AdminPath.adminTokens, body) }
        try options.show(reply, as: NewAdminTokenReply.self)
    }
}

struct AdminList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List admin tokens.")

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let reply = try await AdminConnection.open { try await $0.get(AdminPath.adminTokens) }
        try output.list(reply, of: AdminTokenReply.self)
    }
}

struct AdminRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "revoke", abstract: "End an admin token at once.")

    @Argument var id: ObjectID
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let reply = try await AdminConnection.open { try await $0.delete(AdminPath.adminToken(id.text)) }
        output.done(reply, "The admin token \(id.text) is revoked.")
    }
}
