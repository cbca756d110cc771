import ArgumentParser
import Foundation
import GatewayApp

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Check or show the configuration.",
        subcommands: [ConfigCheck.self, ConfigShow.self])
}

struct ConfigCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a file, and the variables that would be laid over it, as a start would.",
        discussion: "Every mistake is printed as FILE:LINE: KEY: expected …, found …, and the exit code is 78.")

    @Argument(help: "The configuration file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    func run() throws {
        _ = try ConfigurationLoader.load(file: file, environment: ProcessInfo.processInfo.environment)
        Terminal.say("\(file): good")
    }
}

struct ConfigShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print the values in force and where each was set; secrets as ***.")

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        Terminal.pass(Data(ConfigurationListing.effective(try options.load()).utf8))
    }
}
