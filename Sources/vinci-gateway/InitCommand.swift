import ArgumentParser
import Foundation
import GatewayApp
import GatewayCore

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make the data folder, the master key and the first owner's admin token.",
        discussion: "The token is printed once, on stdout; the store keeps a keyed hash only.")

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let made = try await Installation.prepare(try options.load().values, in: .machine(bootstrapAdmin: nil))
        guard let token = made.ownerToken else {
            throw CommandFailure(
                message: "The store in \(made.folder) already has an administrator. Nothing was changed.")
        }
        guard !json else {
            return Terminal.pass(
                try JSONEncoder().encode(
                    InitReply(folder: made.folder, masterKeyFile: made.masterKeyFile, adminToken: token.reveal()))
                    + Data("\n".utf8))
        }
        Terminal.complain("data folder  \(made.folder)")
        Terminal.complain("master key   \(made.masterKeyFile)  (keep a copy: without it the store is of no use)")
        Terminal.complain("owner's admin token, shown this once:")
        Terminal.say(token.reveal())
    }
}

private struct InitReply: Encodable {
    let folder: String
    let masterKeyFile: String
    let adminToken: String

    enum CodingKeys: String, CodingKey {
        case folder
        case masterKeyFile = "master_key_file"
        case adminToken = "admin_token"
    }
}
