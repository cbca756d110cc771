import GatewayCore
import GatewayFlow
import GatewayStore
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
    let meter: RouteMeter

    func open(_ head: HTTPRequestHead) -> HotRequest? { HotRequest(head) }

    func answer(_ request: inout HotRequest, requestID: CallID, client: ClientAddress) -> HotAnswer? {
        let start = ContinuousClock.now
        guard let known = readStatus.inMemory(request.job), !urls.isRewritten(known.view.status) else { return nil }
        if case .request(_) = request.job { request.job = .job(known.view.status.job) }
        let head = RequestHead(
            bearer: request.bearer, origin: request.origin, source: request.source(requestID, client))
        let paced: Paced
        var answer: HotAnswer
        do throws(HeadRefusal) {
            guard let passed = try calls.checks.passAtOnce(head, for: .readStatus, recalling: &request.recollection)
            else { return nil }
            paced = passed
            answer = self.answer(known, to: paced, head.source, ifNoneMatch: request.ifNoneMatch, requestID)
            calls.addLimits(paced.reading, to: &answer.head)
        } catch {
            answer = problem(error.refusal, requestID)
            calls.addLimits(error.reading, to: &answer.head)
        }
        crossOrigin.mark(&answer.head, for: request.origin)
        meter.answered(Int(answer.status.code), took: ContinuousClock.now - start)
        return answer
    }

    private func answer(
        _ known: StatusDesk.Answer, to paced: Paced, _ source: CallSource, ifNoneMatch: String?, _ requestID: CallID
    ) -> HotAnswer {
        do throws(Refusal) {
            let answer = try readStatus.answer(known, to: paced, from: source)
            guard let text = answer.view.text else {
                return problem(AnswerFault(unrendered: answer.view.status.job), requestID)
            }
            var head = HotHead()
            let isKnown = StatusRoutes.writeFields(
                of: answer, text, keepSeconds: VideoURLs.keepSecondsMax, to: &head, ifNoneMatch: ifNoneMatch)
            guard !isKnown else { return HotAnswer(status: .notModified, head: head, body: nil) }
            head.add(.contentLength, text.length)
            return HotAnswer(status: .ok, head: head, body: text.json)
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
        var head = HotHead()
        for field in fault.problem.response(requestID: requestID).headers { head.add(field.name, field.value) }
        return HotAnswer(
            status: HTTPResponseStatus(statusCode: fault.problem.status), head: head,
            body: fault.problem.json(requestID: requestID))
    }
}
