import ArgumentParser

/// The version of this program.
enum ProgramVersion {
    static let text = "0.1.0"
}

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    func run() { Terminal.say("vinci-gateway \(ProgramVersion.text)") }
}
