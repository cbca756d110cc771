import ArgumentParser
import Foundation

/// The program: parses the command line and hands over. Everything else lives below.
@main
struct VinciGateway: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vinci-gateway",
        abstract: "Teams, budgets and an audit in front of the Vinci video API.",
        discussion: """
            Commands below "administration" talk to a running gateway. They read
              VINCI_GATEWAY_ADMIN_URL    where it is, http://127.0.0.1:8081 unless set
              VINCI_GATEWAY_ADMIN_TOKEN  an admin token, adm-vgw-…

            Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 70 broken storage, 78 bad configuration.
            """,
        version: ProgramVersion.text,
        subcommands: [
            ServeCommand.self, DemoCommand.self, SimulateCommand.self, InitCommand.self, DoctorCommand.self,
            ConfigCommand.self, VersionCommand.self,
        ],
        groupedSubcommands: [
            CommandGroup(
                name: "Administration",
                subcommands: [
                    TeamCommand.self, BudgetCommand.self, TokenCommand.self, KeyCommand.self, JobCommand.self,
                    AdminCommand.self, UsageCommand.self, AuditCommand.self, LedgerCommand.self,
                ])
        ])

    static func main() async {
        end(await ProgramRun.run(Array(CommandLine.arguments.dropFirst())))
    }

    /// Not by `exit`: it lets OpenSSL free what it has while the threads of closed connections, which have just left, are
    /// freeing their share of it. Now and then both free the same, and the process aborts. All that is to last has been
    /// closed before.
    private static func end(_ code: Int32) -> Never {
        fflush(nil)
        _exit(code)
    }
}
