import Foundation
import GatewayAcceptance
import GatewayApp
import Testing
import VinciAPI
import VinciSimulator

/// A program of Vinci's documentation, as it stands there, and what it must print when the gateway answers it.
struct SampleProgram: Sendable, CustomTestStringConvertible {
    /// Without its extension: each exists in Python and in JavaScript.
    let name: String
    /// Lines that must be printed, as regular expressions.
    let prints: [String]
    /// A call of the function that the program only defines, per language.
    var call: [String: String] = [:]

    var testDescription: String { name }

    private static let key = "sk-your-api-key-here"
    private static let base = "https://tryvinci.com/api/v1"

    static let all: [SampleProgram] = [
        SampleProgram(name: "hello_world", prints: ["Request ID: req_[A-Za-z0-9]+"]),
        SampleProgram(name: "check_status", prints: ["Video ready: http.*\\.mp4"]),
        SampleProgram(name: "authenticated_request", prints: ["Current balance: \\$[0-9.]+"]),
        SampleProgram(
            name: "create_key",
            prints: ["New API key created: sk-vgw-[A-Za-z0-9]{38}", "Key ID: vinci_[A-Za-z0-9]{16}"]),
        SampleProgram(name: "list_keys", prints: ["Total API keys: [1-9]", "- .*: sk-vgw-….* \\(Active\\)"]),
        SampleProgram(name: "revoke_key", prints: ["API key revoked: API key revoked successfully"]),
        SampleProgram(
            name: "rate_limit_handling", prints: ["status 200"],
            call: [
                "py": """

                print("status", make_request_with_retry(
                    "\(base)/billing/balance", {"Authorization": "Bearer \(key)"}).status_code)
                """,
                "js": """

                console.log('status', (await makeRequestWithRetry(
                    '\(base)/billing/balance', { headers: { Authorization: 'Bearer \(key)' } })).status);
                """,
            ]),
        SampleProgram(
            name: "check_balance",
            prints: ["Current balance: \\$[0-9]+\\.[0-9]{2}", "Total spent: \\$[0-9]+\\.[0-9]{2}"]),
        SampleProgram(
            name: "usage_stats",
            prints: [
                "Usage for last 7 days:", "- Total requests: [1-9]", "- Total cost: \\$[0-9.]+",
                "- Average cost per request: \\$[0-9.]+",
            ]),
        SampleProgram(
            name: "balance_check", prints: ["✅ Sufficient balance available", "Proceeding with video generation..."]),
        SampleProgram(
            name: "error_handling",
            prints: ["Insufficient balance: Insufficient balance\\. Current balance: \\$0\\.10, required: \\$0\\.55"],
            call: [
                "py": "\nmake_video_request(\"A lighthouse\", 10, \"\(key)\")\n",
                "js": "\nawait makeVideoRequest('A lighthouse', 10, '\(key)');\n",
            ]),
        SampleProgram(
            name: "text_to_video",
            prints: [
                "Generation started. Request ID: req_", "Estimated cost: \\$0\\.4", "Video ready: http.*\\.mp4",
                "Duration: 8(\\.0)? seconds", "Final cost: \\$0\\.4",
            ]),
        SampleProgram(
            name: "image_to_video", prints: ["Generation started. Request ID: req_", "Estimated cost: \\$0\\.3"]),
    ]
}

/// What the programs are given instead of the placeholders of the page.
private struct Stand: Sendable {
    let folder: TemporaryFolder
    let gateway: String
    let token: String
    let poorToken: String
    let requestID: String
    let keyID: String
}

@Suite("A program of Vinci's documentation") struct SampleProgramTests {
    private static let scopes =
        #", "scopes": ["generate:text", "generate:image", "status:read", "billing:read", "keys:read", "keys:write"]"#

    @Test(
        "runs against the gateway with nothing but base URL and key replaced", arguments: SampleProgram.all,
        ["py", "js"])
    func runs(sample: SampleProgram, language: String) async throws {
        try await RunningGateway.run(settings) { gateway in
            let stand = try await stand(in: gateway)
            defer { stand.folder.remove() }
            let ended = try await run(sample, language, on: stand)
            #expect(ended.exit == 0, "\(ended.stdout)\(ended.stderr)")
            for line in sample.prints {
                #expect(
                    ended.stdout.range(of: line, options: .regularExpression) != nil,
                    "\(line) is missing in:\n\(ended.stdout)\(ended.stderr)")
            }
        }
    }

    /// Holds with the margin of the documentation, and videos as quick as the simulator makes them.
    private var settings: RunningGateway.Settings {
        var settings = RunningGateway.Settings(jobDuration: .milliseconds(300))
        settings.configure = { $0.pricing.holdMarginPercent = 10 }
        return settings
    }

    private func stand(in gateway: RunningGateway) async throws -> Stand {
        let office = gateway.administration
        try await office.makeTeam("studio")
        try await office.setBudget("team/studio", "month", "50")
        let house = try await office.issueToken("studio", Self.scopes)
        let job = try await house.app.ordered("A first one, so that there is usage")
        _ = try await office.job(job.job, reaches: "completed")
        let spare = try await office.issueToken("studio")
        try await office.makeTeam("poor")
        try await office.setBudget("team/poor", "month", "0.10")
        let poor = try await office.issueToken("poor")
        return Stand(
            folder: try TemporaryFolder(), gateway: gateway.door.origin, token: try #require(house.app.token),
            poorToken: try #require(poor.app.token), requestID: job.requestID, keyID: spare.keyID)
    }

    private func run(_ sample: SampleProgram, _ language: String, on stand: Stand) async throws -> ChildProcess.Ended {
        let page = try #require(
            Bundle.module.url(forResource: sample.name, withExtension: language, subdirectory: "Samples"))
        let text = try String(contentsOf: page, encoding: .utf8) + (sample.call[language] ?? "")
        // Top-level await, which the page uses, is for modules.
        let file = stand.folder.url.appending(path: language == "py" ? "sample.py" : "sample.mjs")
        try Data(replaced(text, sample, stand).utf8).write(to: file)
        try Data(Picture.png).write(to: stand.folder.url.appending(path: "portrait.jpg"))
        return language == "py" ? try await runPython(file, stand) : try await runNode(file, stand)
    }

    private func replaced(_ text: String, _ sample: SampleProgram, _ stand: Stand) -> String {
        let token = sample.name == "error_handling" ? stand.poorToken : stand.token
        let values = [
            ("https://tryvinci.com/api", "\(stand.gateway)/api"),
            ("http://34.67.47.2:8000/api", "\(stand.gateway)/api"),
            ("sk-your-api-key-here", token), ("sk-existing-api-key", token), ("your-request-id", stand.requestID),
            ("vinci_abc123...", stand.keyID),
        ]
        return values.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }

    /// `sitecustomize` is read before the program: it shortens the program's own waits between two polls, nothing else.
    private func runPython(_ file: URL, _ stand: Stand) async throws -> ChildProcess.Ended {
        let prelude = "import time\n_sleep = time.sleep\ntime.sleep = lambda seconds: _sleep(seconds / 50)\n"
        try Data(prelude.utf8).write(to: stand.folder.url.appending(path: "sitecustomize.py"))
        let python = try await Interpreter.python(in: stand.folder)
        return try await ChildProcess.run(
            python, [file.path],
            environment: GatewayProcess.environment(["PYTHONPATH": stand.folder.path, "PYTHONIOENCODING": "utf-8"]),
            in: stand.folder)
    }

    /// Shortens the program's waits, and gives it the one element of a web page that one of them asks for.
    private func runNode(_ file: URL, _ stand: Stand) async throws -> ChildProcess.Ended {
        let prelude = """
            const wait = globalThis.setTimeout;
            globalThis.setTimeout = (work, milliseconds, ...rest) => wait(work, milliseconds / 50, ...rest);
            const image = require('node:fs').readFileSync('portrait.jpg');
            const { File } = require('node:buffer');
            globalThis.document = {
              getElementById: () => ({ files: [new File([image], 'portrait.jpg', { type: 'image/jpeg' })] }),
            };
            """
        let first = stand.folder.url.appending(path: "prelude.cjs")
        try Data(prelude.utf8).write(to: first)
        let node = try Interpreter.find("node", install: "apt-get install nodejs, 20 or later")
        return try await ChildProcess.run(
            node, ["--require", first.path, file.path], environment: GatewayProcess.environment(), in: stand.folder)
    }
}
