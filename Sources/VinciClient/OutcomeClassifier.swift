import VinciAPI

/// Says what an exchange means. Pure: the same exchange always has the same outcome.
///
/// For orders every doubt is `unknown`, because an order taken for "not created" is paid twice when it is placed again.
struct OutcomeClassifier: Sendable {
    let onServerError: ServerErrorPolicy
    let reader: ReplyReader

    init(onServerError: ServerErrorPolicy, key: UpstreamKey) {
        self.onServerError = onServerError
        reader = ReplyReader(clean: CleanText(key: key))
    }

    func submit(_ exchange: Exchange) -> Reading<SubmitOutcome> {
        switch exchange {
        case .notSent(let failure):
            Reading(.notCreated(.notSent(reason: failure.reason)))
        case .broken(let status, let failure):
            Reading(.unknown(UnknownCause(status: status, reason: failure.reason)))
        case .replied(let reply):
            Reading(submit(reply), rateLimit: RateLimitReading(reply.headers))
        }
    }

    private func submit(_ reply: HTTPReply) -> SubmitOutcome {
        guard reader.isWhole(reply) else { return unknown(reply, "the reply may have been cut off") }
        switch reply.status {
        case 200...299: return accepted(reply)
        case 400, 404, 413, 422: return .notCreated(.rejected(status: reply.status, detail: reader.detail(reply)))
        case 401, 403: return .notCreated(.keyRejected(status: reply.status))
        case 402: return .notCreated(.accountEmpty(detail: reader.detail(reply)))
        case 429: return .notCreated(.rateLimited(retryAfterSeconds: reply.headers.retryAfterSeconds))
        case 500 where onServerError == .release && ErrorDetail(json: reply.json) != nil:
            return .notCreated(.serverError(detail: reader.detail(reply)))
        default: return unknown(reply, "this status does not say whether the order was taken")
        }
    }

    private func accepted(_ reply: HTTPReply) -> SubmitOutcome {
        do throws(UnreadableReply) {
            return .accepted(try reader.order(reply.json))
        } catch {
            return unknown(reply, error.reason)
        }
    }

    private func unknown(_ reply: HTTPReply, _ reason: String) -> SubmitOutcome {
        .unknown(UnknownCause(status: reply.status, reason: reason))
    }
}

extension OutcomeClassifier {
    /// - read: turns the body of a 2xx into its checked shape.
    func query<Reply>(
        _ exchange: Exchange, read: (ReplyReader, HTTPReply) throws(UnreadableReply) -> Reply
    ) -> Reading<QueryOutcome<Reply>> {
        switch exchange {
        case .notSent(let failure), .broken(_, let failure):
            Reading(.failed(.unreachable(reason: failure.reason)))
        case .replied(let reply):
            Reading(query(reply, read: read), rateLimit: RateLimitReading(reply.headers))
        }
    }

    private func query<Reply>(
        _ reply: HTTPReply, read: (ReplyReader, HTTPReply) throws(UnreadableReply) -> Reply
    ) -> QueryOutcome<Reply> {
        guard (200...299).contains(reply.status) else {
            return .failed(
                .status(
                    reply.status, detail: reader.detail(reply), retryAfterSeconds: reply.headers.retryAfterSeconds))
        }
        do throws(UnreadableReply) {
            return .reply(try read(reader, reply))
        } catch {
            return .failed(.unreadable(reason: error.reason))
        }
    }
}
