import ArgumentParser
import Foundation
import VinciSimulator

/// `vinci-gateway simulate`: a Vinci to practise on, until SIGINT or SIGTERM.
///
/// Exits with 78 when the script cannot be used, 2 for wrong usage, 1 when the port is taken.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run a Vinci to practise on.",
        discussion: """
            Serves Vinci's documented API on 127.0.0.1, with keys, balances, rate limits and playable videos, and \
            keeps its own bill at /simulator/v1/bill. A script makes it misbehave: delays, refusals, lost replies, \
            cost overruns; config/examples/simulator-faults.yaml shows every rule.
            """)

    @Option(help: "Port on 127.0.0.1; 0 takes a free one.")
    var port = 8090

    @Option(help: ArgumentHelp("YAML or JSON file with fault rules.", valueName: "file"))
    var script: String?

    @Option(name: .customLong("key"), help: ArgumentHelp("An API key; may be repeated.", valueName: "text"))
    var keys = [KeySeed.defaultText]

    @Option(help: "Rate limit of every key.")
    var requestsPerMinute = 10

    @Option(help: ArgumentHelp("Dollars on the account that all keys share.", valueName: "usd"))
    var balance = USD.dollars(100)

    @Option(help: "Seconds from an order to its video.")
    var jobSeconds = 8

    @Option(help: "Milliseconds by which videos are longer than ordered; 200 gives the 5.2 s of Vinci's page.")
    var extraMilliseconds = 0

    func validate() throws {
        do {
            _ = try VinciSimulator(settings(faults: []))
        } catch {
            throw ValidationError(error.description)
        }
    }

    func run() async throws {
        let simulator = try VinciSimulator(settings(faults: try faults()))
        async let stopped: Void = simulator.runUntilSignalled()
        do {
            announce(origin: try await simulator.origin)
            try await stopped
        } catch {
            throw refusal(1, "the simulator cannot serve on port \(port): \(error)")
        }
    }

    private func settings(faults: [FaultRule]) -> SimulatorConfiguration {
        let seeds = keys.enumerated().map { number, text in
            KeySeed(text, name: "Key \(number + 1)", requestsPerMinute: requestsPerMinute)
        }
        return SimulatorConfiguration(
            port: port, accounts: [AccountSeed(balance: balance, keys: seeds)], jobDuration: .seconds(jobSeconds),
            billedLength: extraMilliseconds == 0 ? .asOrdered : .longer(milliseconds: extraMilliseconds),
            faults: faults)
    }

    private func faults() throws -> [FaultRule] {
        guard let script else { return [] }
        let text: String
        do {
            text = try String(contentsOfFile: script, encoding: .utf8)
        } catch {
            throw refusal(78, "\(script): cannot be read as UTF-8 text")
        }
        do {
            return try FaultScript.rules(in: text)
        } catch {
            throw refusal(78, "\(script): \(error)")
        }
    }

    /// One write, so that whoever reads a pipe sees it at once and whole.
    private func announce(origin: String) {
        let lines =
            ["base URL  \(origin)/api"] + keys.map { "key       \($0)" }
            + ["limit     \(requestsPerMinute) requests/minute per key", "bill      \(origin)/simulator/v1/bill"]
        FileHandle.standardOutput.write(Data((lines.joined(separator: "\n") + "\n").utf8))
    }

    private func refusal(_ code: Int32, _ sentence: String) -> ExitCode {
        FileHandle.standardError.write(Data("vinci-gateway: \(sentence)\n".utf8))
        return ExitCode(code)
    }
}

extension USD: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }

    public var defaultValueDescription: String { "\(decimal)" }
}
