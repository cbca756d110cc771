import ArgumentParser
import GatewayApp

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check configuration, rights, store and upstream; say what to do. Changes nothing.")

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let configuration = try options.load().values
        let findings = await Doctor(configuration, in: .machine(bootstrapAdmin: nil)).examine()
        for finding in findings {
            Terminal.say("\(finding.isGood ? "good" : "BAD ")  \(finding.name): \(finding.text)")
        }
        let bad = findings.filter { !$0.isGood }.count
        guard bad == 0 else {
            throw CommandFailure(message: "\(bad) of \(findings.count) checks found something to do.")
        }
    }
}
