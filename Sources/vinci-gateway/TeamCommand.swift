import AdminAPI
import ArgumentParser

struct TeamCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "team", abstract: "Make, show and change teams.",
        subcommands: [
            TeamCreate.self, TeamList.self, TeamShow.self, TeamSet.self, TeamSuspend.self, TeamResume.self,
            TeamArchive.self,
        ])
}

struct TeamCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Make a team.")

    @Argument(help: "Its id, for good.") var id: ObjectID
    @Option(help: "What people call it; its id where this is not given.") var name: String?
    @Option(help: "Orders per minute of all its tokens together.") var rateLimit: Int?
    @Option(help: "Jobs that may be open at once.") var openJobsMax: Int?
    @Option(name: .customLong("allowed-origin"), help: "An origin that browsers may call from; repeat for more.")
    var allowedOrigins: [String] = []
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let body = NewTeamRequest(
            id: id.text, name: name, rateLimit: rateLimit, openJobsMax: openJobsMax,
            allowedOrigins: allowedOrigins.isEmpty ? nil : allowedOrigins)
        let reply = try await AdminConnection.open { try await $0.post(AdminPath.teams, body) }
        try output.show(reply, as: TeamReply.self)
    }
}

struct TeamList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the teams.")

    @OptionGroup var output: OutputOptions

    func run() async throws {
        try output.list(try await AdminConnection.open { try await $0.get(AdminPath.teams) }, of: TeamReply.self)
    }
}

struct TeamShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a team.")

    @Argument var id: ObjectID
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let reply = try await AdminConnection.open { try await $0.get(AdminPath.team(id.text)) }
        try output.show(reply, as: TeamReply.self)
    }
}

struct TeamSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "set", abstract: "Change a team.")

    @Argument var id: ObjectID
    @Option var name: String?
    @Option(help: "Orders per minute, or none.") var rateLimit: Clearable<Int>?
    @Option(help: "Jobs that may be open at once, or none for the default.") var openJobsMax: Clearable<Int>?
    @Option(name: .customLong("allowed-origin"), help: "An origin that browsers may call from; repeat to name all.")
    var allowedOrigins: [String] = []
    @Flag(help: "Let browsers call from nowhere.") var noAllowedOrigins = false
    @OptionGroup var output: OutputOptions

    private var body: TeamPatch {
        TeamPatch(
            name: Patch(name), rateLimit: rateLimit.patch(), openJobsMax: openJobsMax.patch(),
            allowedOrigins: ListPatch.of(allowedOrigins, cleared: noAllowedOrigins))
    }

    func validate() throws {
        if body == TeamPatch() { throw ValidationError("Nothing to change: give at least one option.") }
    }

    func run() async throws {
        let reply = try await AdminConnection.open { try await $0.patch(AdminPath.team(id.text), body) }
        try output.show(reply, as: TeamReply.self)
    }
}

struct TeamSuspend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend", abstract: "Let a team order nothing more; its open jobs go on.")

    @Argument var id: ObjectID
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let body = TeamPatch(suspended: .value(true))
        let reply = try await AdminConnection.open { try await $0.patch(AdminPath.team(id.text), body) }
        try output.show(reply, as: TeamReply.self)
    }
}

struct TeamResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Let a suspended team order again.")

    @Argument var id: ObjectID
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let body = TeamPatch(suspended: .value(false))
        let reply = try await AdminConnection.open { try await $0.patch(AdminPath.team(id.text), body) }
        try output.show(reply, as: TeamReply.self)
    }
}

struct TeamArchive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive", abstract: "Close a team; its jobs and figures stay.")

    @Argument var id: ObjectID
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let reply = try await AdminConnection.open { try await $0.delete(AdminPath.team(id.text)) }
        output.done(reply, "The team \(id.text) is archived.")
    }
}
