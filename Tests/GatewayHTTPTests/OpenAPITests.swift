import GatewayCore
import Hummingbird
import NIOCore
import Testing
import VinciAPI

@testable import GatewayHTTP

@Suite("The OpenAPI description") struct OpenAPITests {
    private let document: OpenAPIDocument

    init() throws { document = try OpenAPIDocument(OpenAPIRoutes.document.readableBytesView) }

    @Test("is served to everybody, whole")
    func served() async throws {
        let request = Request(
            head: .init(method: .get, scheme: "http", authority: "localhost", path: OpenAPIRoutes.path),
            body: RequestBody(buffer: ByteBuffer()))
        let response = try await PublicPort.unserved().router().buildResponder()
            .respond(to: request, context: .forTests())
        #expect(response.status == .ok)
        #expect(response.headers[.contentType] == "application/json")
        #expect(response.body.contentLength == OpenAPIRoutes.document.readableBytes)
    }

    @Test("describes every call of the public port, and no other")
    func calls() async throws {
        let served = try await PublicPort.unserved().router().routes
            .map { OpenAPIDocument.name($0.method.rawValue, $0.path.description) }
        #expect(Set(document.calls.map(\.name)) == Set(served))
    }

    @Test("knows every problem code, and no other")
    func codes() {
        let named = document.root["components"]["schemas"]["ProblemCode"]["enum"].elements.compactMap(\.text)
        #expect(Set(named) == Set(ProblemCode.allCases.map(\.rawValue)))
    }

    @Test("says of some call that it may answer with this problem, under its status", arguments: ProblemCode.allCases)
    func problem(code: ProblemCode) {
        let responses = document.root["components"]["responses"]
        let replies = document.calls.compactMap { $0.problems["\(code.status)"] }
        #expect(replies.contains { responses[$0]["description"].text?.contains("`\(code.rawValue)`") == true })
    }

    @Test(
        "names the scopes that the gateway asks for",
        arguments: [
            ("orderTextToVideo", Action.orderText), ("orderImageToVideo", .orderImage), ("readStatus", .readStatus),
            ("readBalance", .readBilling), ("readUsage", .readBilling), ("listKeys", .listKeys),
            ("createKey", .createKey), ("revokeKey", .revokeKey), ("whoAmI", .whoAmI), ("quote", .quote),
            ("listJobs", .listJobs), ("readJob", .listJobs), ("readVideo", .readVideo), ("linkVideo", .linkVideo),
            ("readEvents", .readEvents), ("linkEvents", .linkEvents),
            ("listWebhooks", .readWebhooks), ("createWebhook", .changeWebhooks), ("deleteWebhook", .changeWebhooks),
            ("listDeliveries", .readWebhooks), ("redeliver", .changeWebhooks),
            ("redeliverToWebhook", .changeWebhooks),
        ])
    func scopes(call id: String, action: Action) throws {
        let call = try #require(document.calls.first { $0.id == id })
        #expect(call.scopes == Set(action.scopes.map(\.rawValue)))
    }

    @Test("lets only itself be read without a token")
    func openCalls() {
        #expect(document.calls.filter { $0.scopes == nil }.map(\.name) == ["GET \(OpenAPIRoutes.path)"])
    }

    @Test("states the limits that are checked")
    func limits() {
        let schemas = document.root["components"]["schemas"]
        for order in ["TextToVideoOrder", "ImageToVideoOrder"] {
            let fields = schemas[order]["properties"]
            #expect(fields["prompt"]["minLength"].wholeNumber == VinciLimits.promptCharacters.lowerBound)
            #expect(fields["prompt"]["maxLength"].wholeNumber == VinciLimits.promptCharacters.upperBound)
            #expect(fields["duration_seconds"]["minimum"].wholeNumber == VinciLimits.durationSeconds.lowerBound)
            #expect(fields["duration_seconds"]["maximum"].wholeNumber == VinciLimits.durationSeconds.upperBound)
            #expect(fields["duration_seconds"]["default"].wholeNumber == VinciLimits.durationSecondsDefault)
        }
        let ratios = schemas["TextToVideoOrder"]["properties"]["aspect_ratio"]["enum"].elements.compactMap(\.text)
        #expect(Set(ratios) == Set(AspectRatio.allCases.map(\.rawValue)))
        let states = schemas["JobState"]["enum"].elements.compactMap(\.text)
        #expect(Set(states) == Set(JobState.allCases.map(\.rawValue)))
        let scopes = schemas["Scope"]["enum"].elements.compactMap(\.text)
        #expect(Set(scopes) == Set(Scope.allCases.map(\.rawValue)))
        let events = schemas["WebhookEvent"]["enum"].elements.compactMap(\.text)
        #expect(Set(events) == Set(WebhookEvent.allCases.map(\.rawValue)))
    }

    @Test("refers to nothing that is missing")
    func references() {
        #expect(document.root["openapi"].text?.hasPrefix("3.1.") == true)
        #expect(!document.references.isEmpty)
        for reference in document.references { #expect(document.hasTarget(reference), "\(reference)") }
    }
}
