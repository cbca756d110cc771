import Foundation
import GatewayAcceptance
import NIOHTTP1
import Testing
import VinciAPI

@Suite("The OpenAPI description") struct DescribedRouteTests {
    @Test("is served without a token and names only routes that exist and ask for one")
    func routesExist() async throws {
        try await RunningGateway.run { gateway in
            let document = try await gateway.door.get("/openapi.json")
            #expect(document.status == 200)
            #expect(document["openapi"]?.string?.hasPrefix("3.1") == true)
            guard case .object(let paths)? = document["paths"] else {
                Issue.record("there are no paths: \(document.text.prefix(200))")
                return
            }
            #expect(paths.count >= 8)
            for (path, operations) in paths {
                for method in operations.fields ?? [] where ["get", "post", "delete", "put", "patch"].contains(method) {
                    guard path != "/openapi.json" else { continue }
                    let concrete = path.replacing(/\{[a-z_]+\}/, with: "req_nobodyhasthisone12345678")
                    let answer = try await gateway.door.send(HTTPMethod(rawValue: method.uppercased()), concrete)
                    #expect(answer.status == 401, "\(method) \(path): \(answer.wire)")
                }
            }
        }
    }
}
