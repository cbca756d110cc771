import AsyncHTTPClient
import Foundation
import GatewayAcceptance
import Testing
import VinciAPI
import VinciSimulator

/// A working day at the terminal, from an empty folder to the audit.
@Suite("The command line, end to end") struct CommandLineLifeTests {
    private static let key = "sk-canary-of-the-command-line-5b2e"

    /// A terminal with the owner's token in its environment.
    private struct Terminal {
        let folder: TemporaryFolder
        let environment: [String: String]

        func run(_ arguments: String..., stdin: String = "", exits code: Int32 = 0) async throws -> ChildProcess.Ended {
            let ended = try await ChildProcess.run(
                GatewayProcess.program, arguments, environment: environment, stdin: stdin, in: folder)
            #expect(ended.exit == code, "\(arguments): \(ended.stdout)\(ended.stderr)")
            for text in [ended.stdout, ended.stderr] {
                #expect(!text.contains(CommandLineLifeTests.key), "\(arguments)")
            }
            return ended
        }

        func json(_ arguments: String...) async throws -> JSONValue {
            let ended = try await ChildProcess.run(
                GatewayProcess.program, arguments + ["--json"], environment: environment, in: folder)
            #expect(ended.exit == 0, "\(arguments): \(ended.stderr)")
            return try JSONDecoder().decode(JSONValue.self, from: Data(ended.stdout.utf8))
        }
    }

    @Test("goes from init over teams, budgets, tokens and jobs to usage, audit and the ledger")
    func aWorkingDay() async throws {
        let simulator = try VinciSimulator(
            SimulatorConfiguration(
                accounts: [AccountSeed(balance: .dollars(100), keys: [KeySeed(Self.key, requestsPerMinute: 1000)])],
                jobDuration: .milliseconds(300),
                faults: [FaultRule("lost", match: FaultMatch(promptContains: "lost"), action: .dropAfterAccept)]))
        try await simulator.serve { upstream in
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            let configuration = try GatewayProcess.configure(
                folder, upstream: upstream, keys: [Self.key],
                lines: "status: { poll_min: 200ms, poll_max: 1s }\nlogging: { level: trace, format: json }")
            let owner = try await initialise(configuration, folder)
            try await HTTPClient.forTests { http in
                let gateway = try await GatewayProcess.serve(
                    configuration, in: folder, http: http, environment: ["VINCI_GATEWAY_BOOTSTRAP_ADMIN_TOKEN": ""])
                let terminal = Terminal(
                    folder: folder,
                    environment: GatewayProcess.environment([
                        "VINCI_GATEWAY_ADMIN_URL": gateway.admin.origin, "VINCI_GATEWAY_ADMIN_TOKEN": owner,
                        "SPARE_KEY": "sk-a-spare-key-of-vinci",
                    ]))
                let app = try await furnish(terminal, gateway)
                try await work(terminal, app)
                try await look(terminal, configuration)
                let ended = try await gateway.stop()
                #expect(ended.exit == 0)
                #expect(!ended.stderr.contains(Self.key) && !ended.stderr.contains(owner))
                try await lookOffline(terminal)
            }
            #expect(try TemporaryFolder.files(below: folder.data, containing: Self.key).isEmpty)
            #expect(try TemporaryFolder.files(below: folder.data, containing: owner).isEmpty)
        }
    }

    /// - Returns: the owner's token.
    private func initialise(_ configuration: URL, _ folder: TemporaryFolder) async throws -> String {
        let terminal = Terminal(folder: folder, environment: GatewayProcess.environment())
        _ = try await terminal.run("config", "check", configuration.path)
        let made = try await terminal.run("init", "--config", configuration.path)
        let owner = made.stdout.trimmingCharacters(in: .newlines)
        #expect(owner.wholeMatch(of: /adm-vgw-[A-Za-z0-9]{38}/) != nil, "\(made.stdout)")
        let key = folder.data.appending(path: "master.key").path
        let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let second = try await terminal.run("init", "--config", configuration.path, exits: 1)
        #expect(second.stderr.contains("already has an administrator"))
        return owner
    }

    private func furnish(_ terminal: Terminal, _ gateway: GatewayProcess) async throws -> WebClient {
        _ = try await terminal.run("team", "create", "marketing", "--name", "Marketing")
        _ = try await terminal.run("budget", "set", "team:marketing/month", "5")
        _ = try await terminal.run("budget", "set", "organization/total", "100")
        let token = try await terminal.run("token", "issue", "marketing", "--name", "site", "--quiet")
        let text = token.stdout.trimmingCharacters(in: .newlines)
        #expect(text.wholeMatch(of: /sk-vgw-[A-Za-z0-9]{38}/) != nil)
        _ = try await terminal.run("key", "add", "spare", "--env", "SPARE_KEY", "--requests-per-minute", "20")
        #expect(try await terminal.run("key", "list").stdout.contains("spare"))
        _ = try await terminal.run("key", "remove", "spare")
        let refused = try await terminal.run("team", "create", "marketing", exits: 1)
        #expect(!refused.stderr.isEmpty)
        return gateway.door.with(token: text)
    }

    /// One order that ends well and one that an operator has to settle.
    private func work(_ terminal: Terminal, _ app: WebClient) async throws {
        let ordered = try await app.ordered("a harbour")
        #expect(try await app.followed(ordered.requestID)["status"]?.string == "completed")
        let lost = try await app.order("lost at sea")
        #expect(lost.status == 504)
        let id = try #require(lost["job_id"]?.string)
        #expect(try await terminal.run("job", "list", "--state", "unknown").stdout.contains(id))
        #expect(try await terminal.run("job", "show", ordered.job).stdout.contains(ordered.requestID))
        _ = try await terminal.run("job", "resolve", id, "charged", "--cost-usd", "0.25", "--reason", "invoice 12")
        _ = try await terminal.run("team", "suspend", "marketing")
        #expect(try await app.order("too late").status == 403)
        _ = try await terminal.run("team", "resume", "marketing")
    }

    private func look(_ terminal: Terminal, _ configuration: URL) async throws {
        let budgets = try await terminal.json("budget", "list")["budgets"]?.list
        let month = budgets?.first { $0["owner_id"]?.string == "marketing" }
        #expect(month?["captured_usd"]?.decimal == usd("0.5"))
        #expect(month?["held_usd"]?.decimal == 0)
        let usage = try await terminal.json("usage", "--group-by", "team")["rows"]?.list?.first
        #expect(usage?["orders"]?.wholeNumber == 2)
        let audit = try await terminal.run("audit", "list", "--team", "marketing")
        for action in ["team.created", "order.admitted", "order.unknown", "job.written_off"] {
            #expect(audit.stdout.contains(action), "\(action) is missing:\n\(audit.stdout)")
        }
        _ = try await terminal.run("audit", "list", "--json")
        _ = try await terminal.run("ledger", "verify")
        #expect(try await terminal.run("config", "show", "--config", configuration.path).stdout.contains("***"))
        let doctor = try await terminal.run("doctor", "--config", configuration.path)
        #expect(doctor.stdout.contains("good  upstream key-0") && !doctor.stdout.contains("BAD  "), "\(doctor.stdout)")
        #expect(doctor.stdout.contains("good  account: The Vinci account has spent"), "\(doctor.stdout)")
    }

    private func lookOffline(_ terminal: Terminal) async throws {
        let ledger = try await terminal.run("ledger", "verify", "--store", "sqlite:\(terminal.folder.store.path)")
        #expect(!ledger.stdout.isEmpty)
        let gone = try await terminal.run("team", "list", exits: 1)
        #expect(!gone.stderr.isEmpty)
    }
}
