import Foundation
import HTTPTypes
import Testing

@Suite("An admin command says") struct AdminReplyTests {
    @Test("why it was refused, and ends with 1")
    func refused() async throws {
        let (outcome, _) = try await ScriptedAdmin(
            status: .notFound, contentType: "application/problem+json",
            reply:
                #"{"type":"urn:vinci-gateway:not_found","title":"Not found","status":404,"detail":"No such team.","code":"not_found","request_id":"req_1"}"#
        ).run(["team", "show", "none"])
        #expect(outcome.exit == 1)
        #expect(outcome.stderr == "vinci-gateway: No such team. (not_found, request req_1)\n")
        #expect(outcome.stdout.isEmpty)
    }

    @Test("which variable to check when the token is wrong, and never the token")
    func unauthorized() async throws {
        let (outcome, _) = try await ScriptedAdmin(
            status: .unauthorized, contentType: "application/problem+json",
            reply:
                #"{"type":"urn:vinci-gateway:invalid_token","title":"Unauthorized","status":401,"detail":"Invalid API key","code":"invalid_token","request_id":"req_1"}"#
        ).run(["team", "list"])
        #expect(outcome.exit == 1)
        #expect(outcome.stderr.contains("Check VINCI_GATEWAY_ADMIN_TOKEN."))
        #expect(!outcome.stderr.contains(ScriptedAdmin.token))
    }

    @Test("that something else answers there")
    func other() async throws {
        let (outcome, _) = try await ScriptedAdmin(status: .badGateway, contentType: "text/html", reply: "<h1>").run([
            "team", "list",
        ])
        #expect(outcome.exit == 1)
        #expect(outcome.stderr.contains("answered 502, and not as the admin API does. Check VINCI_GATEWAY_ADMIN_URL."))
    }

    @Test("that the gateway is of another version")
    func otherVersion() async throws {
        let (outcome, _) = try await ScriptedAdmin(reply: #"{"teams":17}"#).run(["team", "list"])
        #expect(outcome.exit == 1)
        #expect(outcome.stderr.contains("not what this version of the program knows"))
    }

    @Test("how to start the gateway when nothing listens")
    func nothingListens() async throws {
        // Port 1 is reserved, and nobody listens on it.
        let outcome = try await BuiltProgram.run(
            ["team", "list"],
            environment: ["VINCI_GATEWAY_ADMIN_URL": "http://127.0.0.1:1", "VINCI_GATEWAY_ADMIN_TOKEN": "adm-vgw-x"])
        #expect(outcome.exit == 1)
        #expect(
            outcome.stderr == """
                vinci-gateway: No answer from the admin API at http://127.0.0.1:1: connection refused.
                Is the gateway running? Start it with `vinci-gateway serve`, or set VINCI_GATEWAY_ADMIN_URL to where it is.

                """)
    }

    @Test(
        "what is wrong with its variables",
        arguments: [
            ([:], "VINCI_GATEWAY_ADMIN_TOKEN is not set."),
            (["VINCI_GATEWAY_ADMIN_TOKEN": "a b"], "VINCI_GATEWAY_ADMIN_TOKEN holds blanks"),
            (
                ["VINCI_GATEWAY_ADMIN_TOKEN": "a", "VINCI_GATEWAY_ADMIN_URL": "localhost:8081"],
                "VINCI_GATEWAY_ADMIN_URL is not"
            ),
            (
                ["VINCI_GATEWAY_ADMIN_TOKEN": "a", "VINCI_GATEWAY_ADMIN_URL": "http://u:p@h"],
                "VINCI_GATEWAY_ADMIN_URL is not"
            ),
        ])
    func variables(environment: [String: String], reason: String) async throws {
        let outcome = try await BuiltProgram.run(["team", "list"], environment: environment)
        #expect(outcome.exit == 1)
        #expect(outcome.stderr.contains(reason))
    }

    @Test("what a new token is, once, and that it is shown once")
    func newToken() async throws {
        let (outcome, _) = try await ScriptedAdmin(reply: #"{"token":"sk-vgw-secret",\#(AdminCallTests.token)"#)
            .run(["token", "issue", "marketing", "--name", "app"])
        #expect(outcome.stdout == AdminCallTests.tokenFields + "Token          sk-vgw-secret\n")
        #expect(outcome.stderr == "Keep the token now: it is not shown again.\n")
    }

    @Test("a new token even when the reply has an unknown form, since it comes only once")
    func newTokenOfAnotherVersion() async throws {
        let reply = #"{"token":"sk-vgw-secret"}"#
        let (outcome, _) = try await ScriptedAdmin(reply: reply).run(["token", "issue", "marketing", "--name", "app"])
        #expect(outcome.exit == 1)
        #expect(outcome.stdout == reply + "\n")
    }

    @Test("how to go on when there are more")
    func more() async throws {
        let (outcome, _) = try await ScriptedAdmin(reply: #"{"jobs":[],"count":0,"next_cursor":"abc"}"#).run([
            "job", "list",
        ])
        #expect(outcome.stderr == "None.\nThere are more: go on with --cursor abc\n")
    }

    @Test("the history of a job below it")
    func history() async throws {
        let job =
            AdminCallTests.job.dropLast()
            + #","upstream_key":"main","history":[{"at":"2026-11-22T10:00:00Z","from":null,"to":"dispatching","reason":null}]}"#
        let (outcome, _) = try await ScriptedAdmin(reply: String(job)).run(["job", "show", "job_1"])
        #expect(outcome.stdout.contains("Upstream key  main\n"))
        #expect(
            outcome.stdout.hasSuffix(
                "\nAT                    FROM  TO           REASON\n2026-11-22T10:00:00Z  –     dispatching  –\n"))
    }

    @Test("that the ledger does not add up, with 1")
    func ledger() async throws {
        let report =
            #"{"ok":false,"checked_at":"2026-11-22T10:00:00Z","jobs":2,"holds":2,"budget_periods":1,"held_usd":0.28,"captured_usd":1,"violations":[{"invariant":"I1","object":"team:a/month","detail":"holds $1, its open holds are $2"}]}"#
        let (outcome, _) = try await ScriptedAdmin(reply: report).run(["ledger", "verify"])
        #expect(outcome.exit == 1)
        #expect(outcome.stdout.hasSuffix("\nI1  team:a/month  holds $1, its open holds are $2\n"))
        #expect(outcome.stderr == "vinci-gateway: The ledger does not add up.\n")
    }

    @Test(
        "CSV and JSON lines as they come",
        arguments: [
            (["usage", "--csv"], "text/csv", "team,orders\r\na,1\r\n"),
            (["audit", "list", "--json"], "application/jsonl", "{\"seq\":1}\n{\"seq\":2}\n"),
        ])
    func unchanged(arguments: [String], type: String, text: String) async throws {
        let (outcome, seen) = try await ScriptedAdmin(contentType: type, reply: text).run(arguments)
        #expect(outcome.stdout == text)
        #expect(seen.map(\.accept) == [type])
    }

    @Test("nothing that would change the terminal")
    func controlCharacters() async throws {
        let team = AdminCallTests.team.replacing(#""Marketing""#, with: #""M\u001b[2Jx""#)
        let (outcome, _) = try await ScriptedAdmin(reply: team).run(["team", "show", "marketing"])
        #expect(outcome.stdout.contains("Name           M\u{FFFD}[2Jx\n"))
        #expect(!outcome.stdout.contains("\u{1B}"))
    }

    @Test("that a key is not one before it is sent", arguments: ["", "short", "two words", "a\nb\nc-long-enough"])
    func keyRefused(stdin: String) async throws {
        let (outcome, seen) = try await ScriptedAdmin(reply: AdminCallTests.key).run(
            ["key", "add", "main"], stdin: stdin)
        #expect(outcome.exit == 1)
        #expect(outcome.stderr == "vinci-gateway: Expected a key of 8 to 512 visible ASCII characters in stdin.\n")
        #expect(seen.isEmpty)
    }

    @Test("nothing of a key that it reads from a variable")
    func keyFromVariable() async throws {
        let (outcome, seen) = try await ScriptedAdmin(reply: AdminCallTests.key)
            .run(["key", "add", "main", "--env", "SOME_KEY"], environment: ["SOME_KEY": "sk-real-key-0123"])
        #expect(outcome.exit == 0)
        #expect(seen.first?.body.contains("sk-real-key-0123") == true)
        #expect(!(outcome.stdout + outcome.stderr).contains("sk-real"))
    }
}
