import GatewayAcceptance
import NIOHTTP1
import Testing
import VinciAPI

/// The three roles, and what each kind of call asks of them.
enum Power: CaseIterable {
    case read, manageTeams, manageAdminsAndKeys

    func isGranted(to role: String) -> Bool {
        switch self {
        case .read: true
        case .manageTeams: role != "auditor"
        case .manageAdminsAndKeys: role == "owner"
        }
    }
}

/// One call of the admin port, in an order in which each finds what it needs when all are made one after the other.
struct AdminCall: Sendable {
    let method: HTTPMethod
    let path: String
    var body: String?
    let power: Power
    let status: Int

    /// - key, admin, job: ids of things that exist.
    static func all(key: String, admin: String, job: String) -> [AdminCall] {
        teams + tokens(key) + upstream + books(job) + admins(admin)
    }

    private static let teams = [
        AdminCall(
            method: .POST, path: "/admin/v1/teams",
            body:
                #"{"id": "marketing", "name": "M", "rate_limit": 50, "open_jobs_max": 5, "allowed_origins": ["https://a.b"]}"#,
            power: .manageTeams, status: 201),
        AdminCall(method: .GET, path: "/admin/v1/teams", power: .read, status: 200),
        AdminCall(method: .GET, path: "/admin/v1/teams/marketing", power: .read, status: 200),
        AdminCall(
            method: .PATCH, path: "/admin/v1/teams/marketing", body: #"{"suspended": true, "rate_limit": null}"#,
            power: .manageTeams, status: 200),
        AdminCall(
            method: .PUT, path: "/admin/v1/budgets/team/marketing/month",
            body: #"{"limit_usd": 50, "time_zone": "Europe/Berlin", "alert_percents": [80, 100]}"#, power: .manageTeams,
            status: 200),
        AdminCall(method: .GET, path: "/admin/v1/budgets", power: .read, status: 200),
        AdminCall(method: .DELETE, path: "/admin/v1/budgets/team/marketing/month", power: .manageTeams, status: 204),
    ]

    private static func tokens(_ key: String) -> [AdminCall] {
        [
            AdminCall(
                method: .POST, path: "/admin/v1/teams/marketing/tokens",
                body:
                    #"{"name": "x", "scopes": ["status:read"], "read_rate_limit": 60, "own_jobs_only": true}"#,
                power: .manageTeams, status: 201),
            AdminCall(method: .GET, path: "/admin/v1/tokens?team=marketing", power: .read, status: 200),
            AdminCall(method: .GET, path: "/admin/v1/tokens/\(key)", power: .read, status: 200),
            AdminCall(
                method: .PATCH, path: "/admin/v1/tokens/\(key)", body: #"{"name": "renamed"}"#, power: .manageTeams,
                status: 200),
            AdminCall(method: .DELETE, path: "/admin/v1/tokens/\(key)", power: .manageTeams, status: 204),
            AdminCall(method: .DELETE, path: "/admin/v1/teams/marketing", power: .manageTeams, status: 200),
        ]
    }

    private static let upstream = [
        AdminCall(
            method: .POST, path: "/admin/v1/upstream-keys",
            body: #"{"id": "second", "api_key": "sk-another-key-of-vinci", "requests_per_minute": 20}"#,
            power: .manageAdminsAndKeys, status: 201),
        AdminCall(method: .GET, path: "/admin/v1/upstream-keys", power: .read, status: 200),
        AdminCall(
            method: .PATCH, path: "/admin/v1/upstream-keys/second", body: #"{"requests_per_minute": 30}"#,
            power: .manageAdminsAndKeys, status: 200),
        AdminCall(method: .DELETE, path: "/admin/v1/upstream-keys/second", power: .manageAdminsAndKeys, status: 204),
        AdminCall(method: .GET, path: "/admin/v1/upstream", power: .read, status: 200),
    ]

    private static func books(_ job: String) -> [AdminCall] {
        [
            AdminCall(method: .GET, path: "/admin/v1/jobs?team=studio&state=unknown", power: .read, status: 200),
            AdminCall(method: .GET, path: "/admin/v1/jobs/\(job)", power: .read, status: 200),
            AdminCall(
                method: .POST, path: "/admin/v1/jobs/\(job)/resolve",
                body: #"{"resolution": "not_charged", "reason": "checked"}"#, power: .manageTeams, status: 200),
            AdminCall(method: .GET, path: "/admin/v1/usage?group_by=day", power: .read, status: 200),
            AdminCall(method: .GET, path: "/admin/v1/audit?team=studio&limit=5", power: .read, status: 200),
            AdminCall(method: .GET, path: "/admin/v1/ledger/verify", power: .read, status: 200),
        ]
    }

    private static func admins(_ admin: String) -> [AdminCall] {
        [
            AdminCall(
                method: .POST, path: "/admin/v1/admin-tokens", body: #"{"name": "ann", "role": "auditor"}"#,
                power: .manageAdminsAndKeys, status: 201),
            AdminCall(method: .GET, path: "/admin/v1/admin-tokens", power: .read, status: 200),
            AdminCall(
                method: .DELETE, path: "/admin/v1/admin-tokens/\(admin)", power: .manageAdminsAndKeys, status: 204),
        ]
    }
}
