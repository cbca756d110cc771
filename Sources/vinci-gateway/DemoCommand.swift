import ArgumentParser
import GatewayApp

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Run a gateway on a simulated Vinci and order one video through it.",
        discussion: """
            Everything happens on this machine and costs nothing. With --once the exit code tells whether every step \
            held.
            """)

    @Flag(help: "End after the walk instead of going on serving.")
    var once = false

    @Option(help: "Port for apps; 0 takes a free one.")
    var publicPort = 8080

    @Option(help: "Port for administrators; 0 takes a free one.")
    var adminPort = 8081

    @Option(help: ArgumentHelp("Keep the store in this folder.", valueName: "dir"), completion: .directory)
    var keep: String?

    func run() async throws {
        let settings = Demo.Settings(publicPort: publicPort, adminPort: adminPort, keep: keep, isOnce: once)
        try await Demo(settings) { Terminal.say($0) }.run()
    }
}
