import Foundation
import GatewayAcceptance
import Testing
import VinciAPI

/// A browser that opens pages and says what came of it.
struct Chromium {
    private let folder: TemporaryFolder
    private let python: String
    private let program: String

    init() async throws {
        folder = try TemporaryFolder()
        python = try await Interpreter.python(
            with: ["playwright": "pip install playwright (or VINCI_TEST_WITHOUT_BROWSER=1)"], in: folder)
        program = try Interpreter.find(
            "chromium", install: "apt-get install chromium (or VINCI_TEST_WITHOUT_BROWSER=1)")
    }

    func close() { folder.remove() }

    /// What the page's own script found out.
    func look(at port: Int) async throws -> JSONValue { try await run("visit", ["http://localhost:\(port)/"]) }

    /// What a user sees who orders a video on the example page.
    func order(at port: Int, from gateway: String, token: String) async throws -> JSONValue {
        try await run("order", ["http://localhost:\(port)/", gateway], stdin: token)
    }

    private func run(_ script: String, _ arguments: [String], stdin: String = "") async throws -> JSONValue {
        let file = try #require(Bundle.module.url(forResource: script, withExtension: "py", subdirectory: "Browser"))
        let ended = try await ChildProcess.run(
            python, [file.path, program] + arguments, environment: GatewayProcess.environment(), stdin: stdin,
            in: folder, within: .seconds(120))
        try #require(ended.exit == 0, "\(ended.stderr)")
        return try JSONDecoder().decode(JSONValue.self, from: Data(ended.stdout.utf8))
    }
}
