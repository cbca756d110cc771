/// What goes wrong with one order on its way to Vinci and back.
enum SubmitFault: String, CaseIterable {
    case none
    /// No byte leaves.
    case connectionRefused
    /// The order is lost on its way; the reset is seen at once, or nothing is seen until the deadline.
    case lostBefore, lostBeforeInSilence
    /// Vinci accepts, and its reply is lost.
    case lostAfter, lostAfterInSilence
    /// The reply comes after the deadline: because it, or the order, took so long.
    case lateReply, lateOrder
    /// Slow, but in time.
    case slow
    /// 2xx, cut off or not JSON.
    case truncated, unreadable
    /// 2xx with an id that Vinci has given before.
    case repeatedID
    /// A complete refusal.
    case badRequest, unprocessable, unauthorized, forbidden, paymentRequired, tooLarge, notFound, tooManyRequests
    /// 5xx: with the order carried out all the same, and without.
    case serverErrorAfter, serverErrorBefore
}
