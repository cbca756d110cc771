/// Why a finished video cannot be had now.
package enum VideoTrouble: Error, Sendable, Hashable {
    /// It is on its way, and takes longer than a client should wait.
    case onItsWay
    /// Its host did not give it: not reached, broken off, refused, or the answer was no video.
    case notFetched
    /// Its URL breaks one of our own rules, so nobody asked for it.
    case notAllowed
    /// Larger than all the room there is.
    case tooLarge
    /// No room: the disk is full, or the room is taken by others on their way.
    case noRoom
    /// The disk did not give or take what it should.
    case diskFault
    case draining

    /// When asking again may help; nil: not before somebody changes something.
    package var retryAfter: Duration? {
        switch self {
        case .onItsWay: .seconds(2)
        case .notFetched: .seconds(5)
        case .noRoom, .diskFault: .seconds(30)
        case .draining: .seconds(5)
        case .notAllowed, .tooLarge: nil
        }
    }
}
