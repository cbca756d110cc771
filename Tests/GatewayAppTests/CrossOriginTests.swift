import AsyncHTTPClient
import GatewayAcceptance
import NIOHTTP1
import Testing
import VinciSimulator

@Suite("A browser") struct CrossOriginTests {
    private static let page = "https://app.example"
    private static let stranger = "https://stranger.example"

    /// A team that lists one page, with a token that lists nothing of its own.
    private func withHousehold(_ body: (RunningGateway, Household) async throws -> Void) async throws {
        try await RunningGateway.run { gateway in
            let office = gateway.administration
            try await office.makeTeam("studio", #", "allowed_origins": ["\#(Self.page)"]"#)
            try await office.setBudget("team/studio", "month", "10")
            try await body(gateway, try await office.issueToken("studio"))
        }
    }

    private func preflight(_ client: WebClient, from origin: String, path: String) async throws -> WebAnswer {
        try await client.with(token: nil).send(
            .OPTIONS, path,
            headers: [
                "Origin": origin, "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
            ])
    }

    private func expectNoWildcard(_ answer: WebAnswer) {
        for header in answer.headers where header.name.lowercased().hasPrefix("access-control-") {
            #expect(header.value != "*", "\(header)")
            #expect(header.name.lowercased() != "access-control-allow-credentials")
        }
    }

    @Test(
        "on a listed page may ask beforehand, on every route",
        arguments: [
            "/api/v1/generate/text-to-video", "/api/v1/generate/image-to-video", "/api/v1/keys", "/gateway/v1/quote",
        ])
    func preflightOfListedPage(path: String) async throws {
        try await withHousehold { gateway, house in
            let answer = try await preflight(house.app, from: Self.page, path: path)
            #expect(answer.status == 204, "\(answer.wire)")
            #expect(answer.headers["Access-Control-Allow-Origin"] == [Self.page])
            let methods = answer.header("Access-Control-Allow-Methods") ?? ""
            for method in ["GET", "POST", "DELETE"] { #expect(methods.contains(method)) }
            let allowed = (answer.header("Access-Control-Allow-Headers") ?? "").lowercased()
            for name in ["authorization", "content-type", "idempotency-key"] { #expect(allowed.contains(name)) }
            #expect(answer.header("Vary")?.contains("Origin") == true)
            expectNoWildcard(answer)
        }
    }

    @Test(
        "on a page that nobody lists is refused beforehand",
        arguments: [
            stranger, "https://app.example.stranger.example", "http://app.example", "https://app.example:8443", "null",
            "*",
            "https://app.example/path",
        ])
    func preflightOfStranger(origin: String) async throws {
        try await withHousehold { gateway, house in
            let answer = try await preflight(house.app, from: origin, path: WebClient.textToVideo)
            #expect(answer.status == 403, "\(answer.wire)")
            #expect(answer.code == "origin_not_allowed")
            #expect(answer.header("Access-Control-Allow-Origin") == nil)
        }
    }

    @Test("on a listed page orders and reads the headers it is promised")
    func orderFromListedPage() async throws {
        try await withHousehold { gateway, house in
            let answer = try await house.app.order("a harbour", headers: ["Origin": Self.page])
            #expect(answer.status == 200, "\(answer.wire)")
            #expect(answer.headers["Access-Control-Allow-Origin"] == [Self.page])
            #expect(answer.headers["Vary"].joined(separator: ",").contains("Origin"))
            let exposed = (answer.header("Access-Control-Expose-Headers") ?? "").lowercased()
            let promised = [
                "x-request-id", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-gateway-job-id",
                "x-cache", "etag", "age",
            ]
            for name in promised { #expect(exposed.contains(name), "\(name) is hidden from browsers") }
            expectNoWildcard(answer)
        }
    }

    @Test("on a listed page can read why it was refused")
    func refusalIsReadable() async throws {
        try await withHousehold { gateway, house in
            let answer = try await house.app.post(
                WebClient.textToVideo, #"{"prompt": ""}"#, headers: ["Origin": Self.page])
            #expect(answer.status == 400)
            #expect(answer.header("Access-Control-Allow-Origin") == Self.page)
            let unknown = try await house.app.with(token: "sk-vgw-nonsense").get(
                "/api/v1/billing/balance", headers: ["Origin": Self.page])
            #expect(unknown.status == 401)
            #expect(unknown.header("Access-Control-Allow-Origin") == Self.page)
        }
    }

    @Test("on a page that nobody lists gets nothing done, even with a good token")
    func orderOfStranger() async throws {
        try await withHousehold { gateway, house in
            let order = try await house.app.order("a harbour", headers: ["Origin": Self.stranger])
            let read = try await house.app.get("/api/v1/billing/balance", headers: ["Origin": Self.stranger])
            for answer in [order, read] {
                #expect(answer.status == 403)
                #expect(answer.code == "origin_not_allowed")
                #expect(answer.header("Access-Control-Allow-Origin") == nil)
            }
            #expect(gateway.simulator.requests.postCount == 0)
        }
    }

    @Test("is held to the token's own list where it has one, not to its team's")
    func tokenBeatsTeam() async throws {
        try await withHousehold { gateway, house in
            let other = "https://kiosk.example"
            let kiosk = try await gateway.administration.issueToken("studio", #", "allowed_origins": ["\#(other)"]"#)
            #expect(try await kiosk.app.get("/gateway/v1/whoami", headers: ["Origin": other]).status == 200)
            #expect(try await kiosk.app.get("/gateway/v1/whoami", headers: ["Origin": Self.page]).status == 403)
            #expect(try await house.app.get("/gateway/v1/whoami", headers: ["Origin": other]).status == 403)
        }
    }

    @Test("that sends two origins is refused, and a program that sends none is served")
    func oneOriginAtMost() async throws {
        try await withHousehold { gateway, house in
            let two: HTTPHeaders = ["Origin": Self.page, "origin": Self.page]
            let answer = try await house.app.get("/gateway/v1/whoami", headers: two)
            #expect(answer.status == 403)
            #expect(answer.code == "origin_not_allowed")
            let none = try await house.app.get("/gateway/v1/whoami")
            #expect(none.status == 200)
            #expect(none.header("Access-Control-Allow-Origin") == nil)
            #expect(none.headers["Vary"].joined(separator: ",").contains("Origin"))
        }
    }
}
