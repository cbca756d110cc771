import VinciAPI

/// An order's way through the network to Vinci, and the reply's way back. It goes on whatever becomes of the gateway.
struct Journey {
    let exchange: Exchange
    let request: VideoRequest
    let fault: SubmitFault
    let world: World

    private var dice: Dice { world.upstreamDice }

    func begin() {
        world.calls.noteDeparture(of: exchange.call)
        world.time.after(wayThere) { [self] in
            arrive()
            world.calls.noteArrival(of: exchange.call)
        }
    }

    private var wayThere: Int64 {
        switch fault {
        case .lateOrder: dice.between(VinciLine.deadline, VinciLine.deadline * 2)
        case .slow: dice.between(1_000_000, 12_000_000)
        default: dice.between(1_000, 500_000)
        }
    }

    private var wayBack: Int64 {
        switch fault {
        case .lateReply: dice.between(VinciLine.deadline - 1_000_000, VinciLine.deadline * 3)
        case .slow: dice.between(1_000_000, 12_000_000)
        default: dice.between(1_000, 500_000)
        }
    }

    /// At Vinci.
    private func arrive() {
        switch fault {
        case .connectionRefused, .lostBeforeInSilence: break
        case .lostBefore: reply(.lost("connection reset"))
        case .none, .slow, .lateReply, .lateOrder: reply(accepted(accept().id))
        case .lostAfter:
            _ = accept()
            reply(.lost("connection reset"))
        case .lostAfterInSilence: _ = accept()
        case .truncated:
            _ = accept()
            reply(.lost("the reply broke off", status: 200))
        case .unreadable:
            _ = accept()
            reply(.lost("the reply is not JSON", status: 200))
        case .repeatedID:
            let earlier = world.watch.someRequestID(dice)
            let video = accept()
            reply(accepted(earlier ?? video.id))
        case .serverErrorAfter:
            _ = accept()
            // A gateway that is told to take a 500 for "not carried out" is wrong here, and has to verify.
            reply(
                world.plan.releasesOnServerError && dice.chance(50)
                    ? .notCreated(.serverError(detail: "Internal Server Error")) : .lost("Bad Gateway", status: 502))
        case .serverErrorBefore:
            reply(
                world.plan.releasesOnServerError
                    ? .notCreated(.serverError(detail: "Internal Server Error"))
                    : .lost("Internal Server Error", status: 500))
        case .badRequest: reply(.notCreated(.rejected(status: 400, detail: "bad request")))
        case .unprocessable: reply(.notCreated(.rejected(status: 422, detail: "prompt: not allowed")))
        case .tooLarge: reply(.notCreated(.rejected(status: 413, detail: "too large")))
        case .notFound: reply(.notCreated(.rejected(status: 404, detail: "Not Found")))
        case .unauthorized: reply(.notCreated(.keyRejected(status: 401)))
        case .forbidden: reply(.notCreated(.keyRejected(status: 403)))
        case .paymentRequired: reply(.notCreated(.accountEmpty(detail: "Insufficient balance")))
        case .tooManyRequests: reply(.notCreated(.rateLimited(retryAfterSeconds: dice.chance(50) ? 3 : nil)))
        }
    }

    private func accept() -> Video { world.vinci.accept(request, of: exchange.call) }

    private func accepted(_ id: String) -> SubmitOutcome {
        .accepted(
            OrderReply(
                requestID: id, status: "pending", estimatedCostUSD: nil, estimatedDurationSeconds: nil))
    }

    private func reply(_ outcome: SubmitOutcome) {
        world.time.after(wayBack) { exchange.arrive(outcome) }
    }
}

extension SubmitOutcome {
    fileprivate static func lost(_ reason: String, status: Int? = nil) -> SubmitOutcome {
        .unknown(UnknownCause(status: status, reason: reason))
    }
}
