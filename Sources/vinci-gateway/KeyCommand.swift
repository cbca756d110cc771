import AdminAPI
import ArgumentParser
import GatewayCore

struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Store, list, change and remove real Vinci keys.",
        subcommands: [KeyAdd.self, KeyList.self, KeySet.self, KeyRemove.self])
}

struct KeyAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Store a real key.",
        discussion: """
            The key is read from stdin, a file or a variable, never from an argument:
              vinci-gateway key add main < /run/secrets/vinci
              vinci-gateway key add main --env VINCI_API_KEY
            """)

    @Argument(help: "A name for the key.") var id: ObjectID
    @Option(help: "What Vinci allows it, 1 to 100; 10 where this is not given.") var requestsPerMinute: Int?
    @OptionGroup var input: UpstreamKeyInput
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let secret = try input.read()
        let body = NewUpstreamKeyRequest(id: id.text, apiKey: secret.reveal(), requestsPerMinute: requestsPerMinute)
        let reply = try await AdminConnection.open { try await $0.post(AdminPath.upstreamKeys, body) }
        try output.show(reply, as: UpstreamKeyReply.self)
    }
}

struct KeyList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the keys and how they fare.")

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let reply = try await AdminConnection.open { try await $0.get(AdminPath.upstreamKeys) }
        try output.list(reply, of: UpstreamKeyReply.self)
    }
}

struct KeySet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "set", abstract: "Change how fast a key may be used.")

    @Argument var id: ObjectID
    @Option(help: "What Vinci allows it, 1 to 100, or none for the default.") var requestsPerMinute: Clearable<Int>
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let body = UpstreamKeyPatch(requestsPerMinute: requestsPerMinute.patch)
        let reply = try await AdminConnection.open { try await $0.patch(AdminPath.upstreamKey(id.text), body) }
        try output.show(reply, as: UpstreamKeyReply.self)
    }
}

struct KeyRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Forget a stored key.")

    @Argument var id: ObjectID
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let reply = try await AdminConnection.open { try await $0.delete(AdminPath.upstreamKey(id.text)) }
        output.done(reply, "The key \(id.text) is removed.")
    }
}
