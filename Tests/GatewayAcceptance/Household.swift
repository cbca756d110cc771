package import NIOHTTP1
import Testing
package import VinciAPI

/// A team with one token in the hands of an app.
package struct Household: Sendable {
    package let team: String
    package let keyID: String
    package let app: WebClient

    package init(team: String, keyID: String, app: WebClient) {
        self.team = team
        self.keyID = keyID
        self.app = app
    }
}

/// What administrators do in nearly every test, over the admin port, with the reply checked.
package struct Administration: Sendable {
    package let admin: WebClient
    /// The public port, without a token.
    package let door: WebClient

    package init(admin: WebClient, door: WebClient) {
        self.admin = admin
        self.door = door
    }

    /// - fields: further JSON members, beginning with a comma.
    @discardableResult
    package func makeTeam(_ id: String, _ fields: String = "") async throws -> JSONValue {
        try await demand(201, .POST, "/admin/v1/teams", #"{"id": "\#(id)"\#(fields)}"#)
    }

    /// - owner: `team/red`, `token/vinci_…` or `organization/default`.
    @discardableResult
    package func setBudget(_ owner: String, _ period: String, _ limit: String) async throws -> JSONValue {
        try await demand(200, .PUT, "/admin/v1/budgets/\(owner)/\(period)", #"{"limit_usd": \#(limit)}"#)
    }

    /// - fields: further JSON members, beginning with a comma; the order rate is Vinci's highest unless they set it.
    package func issueToken(_ team: String, _ fields: String = "") async throws -> Household {
        let rate = fields.contains("\"rate_limit\"") ? "" : #", "rate_limit": 100"#
        let reply = try await demand(
            201, .POST, "/admin/v1/teams/\(team)/tokens", #"{"name": "app of \#(team)"\#(rate)\#(fields)}"#)
        let token = try #require(reply["token"]?.string)
        return Household(
            team: team, keyID: try #require(reply["key_id"]?.string), app: door.with(token: token))
    }

    /// A team with a month's budget and one token.
    package func household(_ team: String, month: String = "100") async throws -> Household {
        try await makeTeam(team)
        try await setBudget("team/\(team)", "month", month)
        return try await issueToken(team)
    }

    package func budget(_ owner: String, _ period: String = "month") async throws -> JSONValue {
        let rows = try await demand(200, .GET, "/admin/v1/budgets")["budgets"]?.list
        return try #require(rows?.first { $0["owner_id"]?.string == owner && $0["period"]?.string == period })
    }

    package func job(_ id: String) async throws -> JSONValue { try await demand(200, .GET, "/admin/v1/jobs/\(id)") }

    package func jobs(of team: String) async throws -> [JSONValue] {
        try #require(await demand(200, .GET, "/admin/v1/jobs?team=\(team)&limit=1000")["jobs"]?.list)
    }

    /// The job once it is in this state.
    package func job(_ id: String, reaches state: String) async throws -> JSONValue {
        try await eventually("\(id) to be \(state)") {
            let job = try await job(id)
            return job["state"]?.string == state ? job : nil
        }
    }

    package func ledgerIsSound() async throws -> Bool {
        try await demand(200, .GET, "/admin/v1/ledger/verify")["ok"]?.bool == true
    }

    /// The one record of a team whose action this is.
    package func auditRecord(_ action: String, of object: String) async throws -> JSONValue {
        let rows = try await demand(200, .GET, "/admin/v1/audit?action=\(action)&limit=1000")["records"]?.list
        let found = try #require(rows).filter { $0["object"]?.string == object }
        try #require(found.count == 1, "\(found.count) records of \(action) for \(object)")
        return found[0]
    }

    /// How often this object was read, by the sums on record: each is "n in 60 s", and what happened around the end of a
    /// minute has two.
    package func audited(_ action: String, of object: String) async throws -> Int {
        let rows = try await demand(200, .GET, "/admin/v1/audit?action=\(action)&limit=1000")["records"]?.list
        let details = try #require(rows).filter { $0["object"]?.string == object }.map { $0["detail"]?.string }
        return try details.reduce(0) { sum, detail in
            let count = try #require(detail?.wholeMatch(of: /([0-9]+) in 60 s/)?.1, "\(action): \(detail ?? "none")")
            return try sum + #require(Int(count))
        }
    }

    @discardableResult
    package func demand(
        _ status: Int, _ method: HTTPMethod, _ path: String, _ json: String? = nil
    ) async throws -> JSONValue {
        let answer = try await admin.send(method, path, json.map(WebBody.json))
        try #require(answer.status == status, "\(method) \(path): \(answer.wire)")
        return answer.json ?? .null
    }
}
