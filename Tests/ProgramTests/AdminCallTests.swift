import Foundation
import Testing

/// A command, the one call it makes, and what it prints for the reply.
struct AdminCall: Sendable, CustomTestStringConvertible {
    var arguments: String
    var stdin = ""
    /// Method and target.
    var call: String
    var body = ""
    var reply: String
    var stdout: String

    var testDescription: String { arguments }
}

@Suite("An admin command") struct AdminCallTests {
    static let team =
        #"{"id":"marketing","name":"Marketing","state":"active","rate_limit":20,"open_jobs_max":null,"allowed_origins":["https://a.example"],"created_at":"2026-11-22T10:00:00Z"}"#
    static let teamFields = """
        Team           marketing
        Name           Marketing
        State          active
        Per minute     20
        Open jobs max  –
        Origins        https://a.example
        Created        2026-11-22T10:00:00Z

        """
    static let budget =
        #"{"owner_kind":"team","owner_id":"marketing","period":"month","limit_usd":50,"captured_usd":12.345678,"held_usd":0.28,"available_usd":37.374322,"time_zone":"Europe/Berlin","alert_percents":[80,100],"period_start":"2026-10-31T23:00:00Z","resets_at":"2026-11-30T23:00:00Z"}"#
    static let token =
        #""key_id":"vinci_1","team":"marketing","name":"app","scopes":["status:read"],"rate_limit":10,"read_rate_limit":600,"allowed_origins":[],"own_jobs_only":false,"preview":"sk-vgw-…abcd","state":"active","created_at":"2026-11-22T10:00:00Z","expires_at":null,"last_used_at":null}"#
    static let key =
        #"{"id":"main","source":"store","state":"closed","reason":"rate_limited","retry_after_seconds":30,"requests_per_minute":10,"remaining":9}"#
    static let job =
        #"{"job_id":"job_1","request_id":"r-1","team":"marketing","key_id":"vinci_1","kind":"text","state":"completed","seconds":5.2,"estimated_cost_usd":0.25,"hold_usd":0.28,"cost_usd":0.26,"created_at":"2026-11-22T10:00:00Z","accepted_at":null,"ended_at":null,"video_url":null,"error":null}"#
    static let reconcile =
        #"{"account":"default","state":"balanced","exclusive":true,"alarm":false,"closed":false,"sampled_at":"2026-11-22T09:00:00Z","baseline_at":"2026-11-21T09:00:00Z","spent_usd":2.13,"lower_usd":2.12,"upper_usd":2.4,"drift_usd":0,"unknown_orders":1,"settled":["job_1"]}"#
    static let audit =
        #"{"seq":7,"at":"2026-11-22T10:00:00Z","actor":"token:vinci_1","action":"order.admitted","object":"job_1","outcome":"done","hold_usd":0.28}"#

    static let calls: [AdminCall] = [
        AdminCall(
            arguments: "team create marketing --name Marketing --rate-limit 20 --allowed-origin https://a.example",
            call: "POST /admin/v1/teams",
            body: #"{"allowed_origins":["https://a.example"],"id":"marketing","name":"Marketing","rate_limit":20}"#,
            reply: team, stdout: teamFields),
        AdminCall(
            arguments: "team list", call: "GET /admin/v1/teams",
            reply: #"{"teams":[\#(team)],"count":1,"next_cursor":null}"#,
            stdout: """
                TEAM       NAME       STATE   PER MINUTE  OPEN JOBS MAX  CREATED
                marketing  Marketing  active          20              –  2026-11-22T10:00:00Z

                """),
        AdminCall(
            arguments: "team show marketing", call: "GET /admin/v1/teams/marketing", reply: team, stdout: teamFields),
        AdminCall(
            arguments: "team set marketing --rate-limit none --open-jobs-max 5 --no-allowed-origins",
            call: "PATCH /admin/v1/teams/marketing",
            body: #"{"allowed_origins":null,"open_jobs_max":5,"rate_limit":null}"#, reply: team, stdout: teamFields),
        AdminCall(
            arguments: "team suspend marketing", call: "PATCH /admin/v1/teams/marketing", body: #"{"suspended":true}"#,
            reply: team, stdout: teamFields),
        AdminCall(
            arguments: "team resume marketing", call: "PATCH /admin/v1/teams/marketing", body: #"{"suspended":false}"#,
            reply: team, stdout: teamFields),
        AdminCall(
            arguments: "team archive marketing", call: "DELETE /admin/v1/teams/marketing", reply: team, stdout: ""),
        AdminCall(
            arguments: "budget set team:marketing/month 50.10 --time-zone Europe/Berlin --alert-percent 80",
            call: "PUT /admin/v1/budgets/team/marketing/month",
            body: #"{"alert_percents":[80],"limit_usd":50.1,"time_zone":"Europe\/Berlin"}"#, reply: budget,
            stdout: """
                Budget     team:marketing/month
                Limit      $50.00
                Captured   $12.345678
                Held       $0.28
                Available  $37.374322
                Time zone  Europe/Berlin
                Alerts at  80%, 100%
                Since      2026-10-31T23:00:00Z
                Resets     2026-11-30T23:00:00Z

                """),
        AdminCall(
            arguments: "budget list", call: "GET /admin/v1/budgets",
            reply: #"{"budgets":[\#(budget)],"count":1,"next_cursor":null}"#,
            stdout: """
                BUDGET                 LIMIT    CAPTURED   HELD   AVAILABLE  RESETS
                team:marketing/month  $50.00  $12.345678  $0.28  $37.374322  2026-11-30T23:00:00Z

                """),
        AdminCall(
            arguments: "budget remove organization/total",
            call: "DELETE /admin/v1/budgets/organization/default/total", reply: "", stdout: ""),
        AdminCall(
            arguments: "token issue marketing --name app --scope status:read --own-jobs-only --quiet",
            call: "POST /admin/v1/teams/marketing/tokens",
            body: #"{"name":"app","own_jobs_only":true,"scopes":["status:read"]}"#,
            reply: #"{"token":"sk-vgw-secret",\#(token)"#, stdout: "sk-vgw-secret\n"),
        AdminCall(
            arguments: "token list --team marketing", call: "GET /admin/v1/tokens?team=marketing",
            reply: #"{"tokens":[{\#(token)],"count":1,"next_cursor":null}"#,
            stdout: """
                KEY ID   TEAM       NAME  STATE   ORDERS/MIN  READS/MIN  PREVIEW       EXPIRES  LAST USED
                vinci_1  marketing  app   active          10        600  sk-vgw-…abcd  –        –

                """),
        AdminCall(
            arguments: "token set vinci_1 --expires-at none --no-own-jobs-only", call: "PATCH /admin/v1/tokens/vinci_1",
            body: #"{"expires_at":null,"own_jobs_only":false}"#, reply: "{\(token)", stdout: tokenFields),
        AdminCall(
            arguments: "token show vinci_1", call: "GET /admin/v1/tokens/vinci_1", reply: "{\(token)",
            stdout: tokenFields),
        AdminCall(arguments: "token revoke vinci_1", call: "DELETE /admin/v1/tokens/vinci_1", reply: "{}", stdout: ""),
        AdminCall(
            arguments: "key add main --requests-per-minute 10 --json", stdin: "sk-real-key-0123\n",
            call: "POST /admin/v1/upstream-keys",
            body: #"{"api_key":"sk-real-key-0123","id":"main","requests_per_minute":10}"#, reply: key,
            stdout: key + "\n"),
        AdminCall(
            arguments: "key list", call: "GET /admin/v1/upstream-keys",
            reply: #"{"upstream_keys":[\#(key)],"count":1,"next_cursor":null}"#,
            stdout: """
                KEY   SOURCE  STATE   PER MINUTE  LEFT  REASON        TRIED AGAIN
                main  store   closed          10     9  rate_limited  in 30 s

                """),
        AdminCall(
            arguments: "key set main --requests-per-minute none --json", call: "PATCH /admin/v1/upstream-keys/main",
            body: #"{"requests_per_minute":null}"#, reply: key, stdout: key + "\n"),
        AdminCall(arguments: "key remove main", call: "DELETE /admin/v1/upstream-keys/main", reply: "", stdout: ""),
        AdminCall(
            arguments: "job list --team marketing --state unknown --limit 5 --cursor a+b/c=",
            call: "GET /admin/v1/jobs?team=marketing&state=unknown&limit=5&cursor=a%2Bb%2Fc%3D",
            reply: #"{"jobs":[\#(job)],"count":1,"next_cursor":"next"}"#,
            stdout: """
                JOB    TEAM       KIND  STATE      SECONDS   HOLD   COST  CREATED               REQUEST ID
                job_1  marketing  text  completed      5.2  $0.28  $0.26  2026-11-22T10:00:00Z  r-1

                """),
        AdminCall(
            arguments: "job resolve job_1 charged --cost-usd 0.26 --reason invoice --json",
            call: "POST /admin/v1/jobs/job_1/resolve",
            body: #"{"cost_usd":0.26,"reason":"invoice","resolution":"charged"}"#, reply: job, stdout: job + "\n"),
        AdminCall(
            arguments: "admin issue alice --role auditor --quiet", call: "POST /admin/v1/admin-tokens",
            body: #"{"name":"alice","role":"auditor"}"#,
            reply:
                #"{"token":"adm-vgw-secret","id":"adm_1","name":"alice","role":"auditor","preview":"adm-vgw-…abcd","state":"active","created_at":"2026-11-22T10:00:00Z","expires_at":null}"#,
            stdout: "adm-vgw-secret\n"),
        AdminCall(
            arguments: "admin list --json", call: "GET /admin/v1/admin-tokens",
            reply: #"{"admin_tokens":[],"count":0,"next_cursor":null}"#,
            stdout: #"{"admin_tokens":[],"count":0,"next_cursor":null}"# + "\n"),
        AdminCall(
            arguments: "admin revoke adm_1", call: "DELETE /admin/v1/admin-tokens/adm_1", reply: "{}", stdout: ""),
        AdminCall(
            arguments: "usage --from 2026-11-01 --group-by kind",
            call: "GET /admin/v1/usage?from=2026-11-01&group_by=kind",
            reply:
                #"{"rows":[{"kind":"text","orders":10,"completed":8,"failed":1,"unknown":1,"seconds":42.5,"held_usd":0.28,"captured_usd":2.125}],"count":1,"next_cursor":null,"reconcile":\#(reconcile)}"#,
            stdout: """
                GROUP  ORDERS  COMPLETED  FAILED  UNKNOWN  SECONDS   HELD  CAPTURED
                text       10          8       1        1     42.5  $0.28    $2.125

                The Vinci account has spent $2.13, between the ledger's $2.12 and $2.4.

                """),
        AdminCall(
            arguments: "ledger reconcile --accept-drift --reason known", call: "POST /admin/v1/reconcile",
            body: #"{"accept_drift":true,"reason":"known"}"#, reply: reconcile,
            stdout: """
                Account   default
                State     balanced
                Sampled   2026-11-22T09:00:00Z
                Spent     $2.13
                At least  $2.12
                At most   $2.40
                Drift     $0.00
                Unknown   1
                Closed    no
                settled job_1

                """),
        AdminCall(
            arguments: "audit list --after 6 --action order.admitted",
            call: "GET /admin/v1/audit?after=6&action=order.admitted",
            reply: #"{"records":[\#(audit)],"count":1,"next_cursor":null}"#,
            stdout: """
                NO  AT                    ACTOR          TEAM  ACTION          OBJECT  OUTCOME   HOLD  COST  DETAIL
                 7  2026-11-22T10:00:00Z  token:vinci_1  –     order.admitted  job_1   done     $0.28     –  –

                """),
    ]

    static let tokenFields = """
        Key id         vinci_1
        Team           marketing
        Name           app
        State          active
        Scopes         status:read
        Orders/min     10
        Reads/min      600
        Origins        –
        Own jobs only  no
        Preview        sk-vgw-…abcd
        Created        2026-11-22T10:00:00Z
        Expires        –
        Last used      –

        """

    @Test("makes its one call and prints the reply", arguments: calls)
    func call(_ expected: AdminCall) async throws {
        let (outcome, seen) = try await ScriptedAdmin(reply: expected.reply)
            .run(expected.arguments.split(separator: " ").map(String.init), stdin: expected.stdin)
        #expect(outcome.exit == 0, "\(outcome.stderr)")
        #expect(outcome.stdout == expected.stdout)
        #expect(seen.map(\.call) == [expected.call])
        #expect(try canonical(seen.first?.body ?? "") == canonical(expected.body))
        #expect(seen.first?.authorization == "Bearer \(ScriptedAdmin.token)")
    }

    /// The same JSON with its keys in order.
    private func canonical(_ json: String) throws -> String {
        guard !json.isEmpty else { return "" }
        let value = try JSONSerialization.jsonObject(with: Data(json.utf8))
        return String(decoding: try JSONSerialization.data(withJSONObject: value, options: .sortedKeys), as: UTF8.self)
    }
}
