import AdminAPI
import GatewayCore
import GatewayFlow
import Hummingbird

/// `/admin/v1/teams`
struct TeamRoutes: Sendable {
    let calls: AdminCalls
    let teams: ManageTeams

    func add(to router: Router<GatewayRequestContext>) {
        router.post(RouterPath(AdminPath.teams)) { request, context in
            await calls.answer(request, context, needs: .manageTeams) { permit in
                var fields = try await FieldReader(json: request, context)
                let team = try Team(&fields)
                try fields.end()
                return try JSONReply.of(
                    TeamReply(try await teams.create(team, permit)), status: .created)
            }
        }
        router.get(RouterPath(AdminPath.teams)) { request, context in
            await calls.answer(request, context, needs: .read) { _ in
                try FieldReader(query: request).end()
                return try JSONReply.of(Listing(try await teams.list().map { TeamReply($0) }))
            }
        }
        router.get(RouterPath(AdminPath.team(":id"))) { request, context in
            await calls.answer(request, context, needs: .read) { _ in
                let id = try context.id { TeamID($0) }
                guard let team = try await teams.list().first(where: { $0.id == id }) else { throw Refusal.notFound }
                return try JSONReply.of(TeamReply(team))
            }
        }
        router.patch(RouterPath(AdminPath.team(":id"))) { request, context in
            await calls.answer(request, context, needs: .manageTeams) { permit in
                var fields = try await FieldReader(json: request, context)
                let change = try TeamChange(&fields)
                try fields.end()
                let team = try await teams.change(try context.id { TeamID($0) }, permit, change.apply)
                return try JSONReply.of(TeamReply(team))
            }
        }
        router.delete(RouterPath(AdminPath.team(":id"))) { request, context in
            await calls.answer(request, context, needs: .manageTeams) { permit in
                let team = try await teams.change(try context.id { TeamID($0) }, permit) { $0.state = .archived }
                return try JSONReply.of(TeamReply(team))
            }
        }
    }
}

/// The fields of a PATCH; what is absent stays.
private struct TeamChange: Sendable {
    let name: String?
    let isSuspended: Bool?
    let requestsPerMinute: FieldChange<Int>
    let openJobsMax: FieldChange<Int>
    let allowedOrigins: FieldChange<Set<Origin>>

    init(_ fields: inout FieldReader) throws(InvalidField) {
        name = try fields.optional("name", .text(characters: 1...100))
        isSuspended = try fields.optional("suspended", .boolean)
        requestsPerMinute = try fields.change("rate_limit", .teamRate)
        openJobsMax = try fields.change("open_jobs_max", .openJobs)
        allowedOrigins = try fields.change("allowed_origins", .origins)
    }

    func apply(_ team: inout Team) {
        // An archived team stays as it was.
        guard team.state != .archived else { return }
        if let name { team.name = name }
        if let isSuspended { team.state = isSuspended ? .suspended : .active }
        requestsPerMinute.apply(to: &team.requestsPerMinute)
        openJobsMax.apply(to: &team.openJobsMax)
        team.allowedOrigins = allowedOrigins.applied(to: team.allowedOrigins, cleared: [])
    }
}

extension Team {
    fileprivate init(_ fields: inout FieldReader) throws(InvalidField) {
        let id = try fields.required("id", .teamID)
        let name = try fields.optional("name", .text(characters: 1...100))
        let rate = try fields.optional("rate_limit", .teamRate)
        let openJobs = try fields.optional("open_jobs_max", .openJobs)
        let origins = try fields.optional("allowed_origins", .origins)
        self.init(
            id: id, name: name ?? id.text, state: .active, requestsPerMinute: rate, openJobsMax: openJobs,
            allowedOrigins: origins ?? [], createdAt: Timestamp(microseconds: 0))
    }
}

extension FieldRule where Value == TeamID {
    fileprivate static var teamID: FieldRule {
        FieldRule<String>.text(characters: 1...64).converted(
            "must be 1 to 64 characters of a-z, 0-9, _ and -, beginning with a letter or digit"
        ) { TeamID($0) }
    }
}

extension FieldRule where Value == Int {
    fileprivate static var teamRate: FieldRule { .wholeNumber(in: 1...100_000) }
    fileprivate static var openJobs: FieldRule { .wholeNumber(in: 0...1_000_000) }
}

extension TeamReply {
    fileprivate init(_ team: Team) {
        self.init(
            id: team.id.text, name: team.name, state: team.state.rawValue, rateLimit: team.requestsPerMinute,
            openJobsMax: team.openJobsMax, allowedOrigins: team.allowedOrigins.map(\.text).sorted(),
            createdAt: team.createdAt.rfc3339)
    }
}
