import AdminAPI
import Foundation
import GatewayCore

/// Where the admin API is and with what token, and what to say when it does not answer or says no.
struct AdminAccess {
    static let addressVariable = "VINCI_GATEWAY_ADMIN_URL"
    static let tokenVariable = "VINCI_GATEWAY_ADMIN_TOKEN"
    static let addressDefault = "http://127.0.0.1:8081"

    /// Without a slash at the end.
    let address: String
    let token: Secret

    /// - Throws: ``CommandFailure`` that names the variable and never its text.
    init(environment: [String: String]) throws {
        var address = environment[Self.addressVariable].flatMap { $0.isEmpty ? nil : $0 } ?? Self.addressDefault
        while address.hasSuffix("/") { address.removeLast() }
        guard Self.isAddress(address) else {
            throw CommandFailure(
                message: "\(Self.addressVariable) is not an http or https address like \(Self.addressDefault).")
        }
        guard let token = environment[Self.tokenVariable], !token.isEmpty else {
            throw CommandFailure(
                message:
                    "\(Self.tokenVariable) is not set. Put an admin token there; `vinci-gateway init` prints the first one."
            )
        }
        // Anything else could end the header and begin another.
        guard token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw CommandFailure(message: "\(Self.tokenVariable) holds blanks or other characters that no token has.")
        }
        self.address = address
        self.token = Secret(token)
    }

    private static func isAddress(_ text: String) -> Bool {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let url = URLComponents(string: text) else {
            return false
        }
        guard ["http", "https"].contains(url.scheme), url.host?.isEmpty == false else { return false }
        return url.user == nil && url.password == nil && url.query == nil && url.fragment == nil
    }

    func unreachable(_ error: any Error) -> CommandFailure {
        CommandFailure(
            message: """
                No answer from the admin API at \(address): \(ConnectionTrouble.reason(error)).
                Is the gateway running? Start it with `vinci-gateway serve`, or set \(Self.addressVariable) to where it is.
                """)
    }

    func refused(status: Int, body: Data) -> CommandFailure {
        guard let problem = try? JSONDecoder().decode(Problem.self, from: body) else {
            let message = "\(address) answered \(status), and not as the admin API does. Check \(Self.addressVariable)."
            return CommandFailure(message: message)
        }
        let hint = status == 401 ? "\nCheck \(Self.tokenVariable)." : ""
        let reference = "(\(problem.code), request \(problem.requestID))"
        return CommandFailure(message: CellText.printable("\(problem.detail) \(reference)") + hint)
    }
}
