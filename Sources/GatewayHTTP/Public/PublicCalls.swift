import GatewayCore
import GatewayFlow
import HTTPTypes
import Hummingbird

/// What every call of the public port has in common: the head checks first, their limits on the answer, refusals as
/// problems.
struct PublicCalls: Sendable {
    let checks: HeadChecks
    let metrics: GatewayMetrics
    let clock: any WallClock

    /// - link: what the signed link proves by which the request came; nil when it must bring a token.
    /// - work: runs after steps 1–3 have passed; no byte of the body has been read before.
    func answer(
        _ request: Request, _ context: GatewayRequestContext, as action: Action, by link: LinkClaim? = nil,
        _ work: (Paced, CallSource) async throws -> Response
    ) async -> Response {
        var head = RequestHead(request, context)
        head.link = link
        let paced: Paced
        do throws(HeadRefusal) {
            paced = try await checks.pass(head, for: action)
        } catch {
            var response = AnswerFault(error.refusal).response(context, metrics)
            addLimits(error.reading, to: &response.headers)
            return response
        }
        var response: Response
        do throws(AnswerFault) {
            response = try await answering { try await work(paced, head.source) }
        } catch {
            response = error.response(context, metrics)
        }
        addLimits(paced.reading, to: &response.headers)
        return response
    }

    func addLimits(_ reading: PaceReading?, to head: inout some AnswerHead) {
        guard let reading else { return }
        let reset = clock.now().adding(reading.resetsIn)
        head.add(.rateLimitLimit, String(reading.limit))
        head.add(.rateLimitRemaining, String(reading.remaining))
        head.add(.rateLimitReset, String(reset.seconds + (reading.resetsIn > .zero ? 1 : 0)))
    }
}

extension RequestHead {
    init(_ request: Request, _ context: GatewayRequestContext) {
        self.init(
            bearer: BearerToken.read(request),
            origin: RequestOrigin(request),
            source: CallSource(
                clientAddress: context.client.text, origin: request.headers[.origin].map { String($0.prefix(300)) },
                requestID: context.requestID.text))
    }
}

/// `Authorization: Bearer …`
enum BearerToken {
    /// Nil when there is no such header, more than one, or another scheme.
    static func read(_ request: Request) -> String? {
        let values = request.headers[values: .authorization]
        return values.count == 1 ? values.first.flatMap(read) : nil
    }

    /// - value: of the one header.
    static func read(_ value: String) -> String? {
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }
}
