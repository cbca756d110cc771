import GatewayCore
import GatewayFlow
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

/// Polls whose answer is in memory.
struct StatusHotPath: HotPath {
    let calls: PublicCalls
    let readStatus: ReadStatus
    let urls: VideoURLs
    let crossOrigin: CrossOrigin

    func open(_ head: HTTPRequestHead) -> HotRequest? { HotRequest(head) }

    func answer(_ request: inout HotRequest, requestID: CallID, client: ClientAddress) -> HotAnswer? {
        let start = ContinuousClock.now
        guard let known = readStatus.inMemory(request.job), !urls.isRewritten(known.status) else { return nil }
        let source = request.source(requestID, client)
        let head = RequestHead(bearer: request.bearer, origin: request.origin, source: source)
        let paced: Paced
        var answer: HotAnswer
        do throws(HeadRefusal) {
            guard let passed = try calls.checks.passAtOnce(head, for: .readStatus, recalling: &request.recollection)
            else { return nil }
            paced = passed
            answer = self.answer(known, to: paced, request, source, requestID)
            calls.addLimits(paced.reading, to: &answer.headers)
        } catch {
            answer = problem(error.refusal, requestID)
            calls.addLimits(error.reading, to: &answer.headers)
        }
        crossOrigin.mark(&answer.headers, for: request.origin)
        calls.metrics.request(
            route: StatusRoutes.path, status: Int(answer.status.code), took: ContinuousClock.now - start)
        return answer
    }

    private func answer(
        _ known: StatusDesk.Answer, to paced: Paced, _ request: HotRequest, _ source: CallSource, _ requestID: CallID
    ) -> HotAnswer {
        do throws(Refusal) {
            let answer = try readStatus.answer(known, to: paced, from: source)
            guard let text = answer.text else { return problem(AnswerFault(unrendered: answer.status.job), requestID) }
            var headers = HTTPHeaders()
            headers.reserveCapacity(16)
            let isKnown = StatusRoutes.writeFields(
                of: answer, text, keepSeconds: VideoURLs.keepSecondsMax, to: &headers, ifNoneMatch: request.ifNoneMatch)
            guard !isKnown else { return HotAnswer(status: .notModified, headers: headers, body: nil) }
            headers.add(.contentLength, String(text.json.utf8.count))
            return HotAnswer(status: .ok, headers: headers, body: ByteBuffer(string: text.json))
        } catch {
            return problem(error, requestID)
        }
    }

    private func problem(_ refusal: Refusal, _ requestID: CallID) -> HotAnswer {
        problem(AnswerFault(refusal), requestID)
    }

    /// As the routes say it.
    private func problem(_ fault: AnswerFault, _ requestID: CallID) -> HotAnswer {
        calls.metrics.refusal(code: fault.problem.code.rawValue)
        let response = fault.problem.response(requestID: requestID)
        return HotAnswer(
            status: HTTPResponseStatus(statusCode: fault.problem.status),
            headers: HTTPHeaders(response.headers.map { ($0.name.rawName, $0.value) }),
            body: ByteBuffer(string: fault.problem.json(requestID: requestID)))
    }
}
