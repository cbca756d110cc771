import Foundation
package import GatewayCore
import NIOPosix
import Synchronization

/// The system's resolver, on threads of its own: names that nobody answers for hold up neither event loops nor files.
package final class SystemResolver: HostResolver {
    private let threads: NIOThreadPool
    private let waiting = Mutex(0)

    private static let threadCount = 4
    /// Names at a time, the ones in hand included; further ones are refused rather than kept.
    private static let waitingMax = 128

    package init() {
        threads = NIOThreadPool(numberOfThreads: SystemResolver.threadCount)
        threads.start()
    }

    deinit { shutdown() }

    package func addresses(of name: String) async throws -> [IPAddress] {
        guard begin() else { throw ResolverBusy() }
        let answer = OnceAnswer()
        threads.submit { [self] state in
            defer { waiting.withLock { $0 -= 1 } }
            guard case .active = state, answer.isWanted else { return answer.give(.failure(CancellationError())) }
            answer.give(Result { try SystemResolver.lookUp(name) })
        }
        // The system's call cannot be ended, only left.
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { answer.await($0) }
        } onCancel: {
            answer.give(.failure(CancellationError()))
        }
    }

    /// Lookups in hand end by themselves; nobody waits for them.
    package func shutdown() {
        threads.shutdownGracefully { _ in }
    }

    private func begin() -> Bool {
        waiting.withLock { count in
            guard count < SystemResolver.waitingMax else { return false }
            count += 1
            return true
        }
    }

    private static func lookUp(_ name: String) throws -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = streamSocket
        var first: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &first) == 0 else { throw NameUnknown() }
        defer { freeaddrinfo(first) }
        var addresses: [IPAddress] = []
        var next = first
        while let entry = next {
            if let address = IPAddress(entry.pointee), !addresses.contains(address) { addresses.append(address) }
            next = entry.pointee.ai_next
        }
        return addresses
    }
}

private struct ResolverBusy: Error {}
private struct NameUnknown: Error {}

#if canImport(Glibc)
private let streamSocket = Int32(SOCK_STREAM.rawValue)
#else
private let streamSocket = SOCK_STREAM
#endif

extension IPAddress {
    fileprivate init?(_ entry: addrinfo) {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard
            getnameinfo(
                entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
        else { return nil }
        let written = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        // A link-local address comes with its interface.
        self.init(written.prefix { $0 != "%" })
    }
}

/// An answer that is taken once, whoever gives it first.
private final class OnceAnswer: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<[IPAddress], any Error>)
        case given(Result<[IPAddress], any Error>)
        case taken
    }

    private let state = Mutex(State.open)

    var isWanted: Bool {
        state.withLock { state in
            switch state {
            case .open, .awaited: true
            case .given, .taken: false
            }
        }
    }

    func await(_ continuation: CheckedContinuation<[IPAddress], any Error>) {
        let early: Result<[IPAddress], any Error>? = state.withLock { state in
            if case .given(let result) = state {
                state = .taken
                return result
            }
            state = .awaited(continuation)
            return nil
        }
        if let early { continuation.resume(with: early) }
    }

    func give(_ result: Result<[IPAddress], any Error>) {
        let continuation: CheckedContinuation<[IPAddress], any Error>? = state.withLock { state in
            switch state {
            case .open:
                state = .given(result)
                return nil
            case .awaited(let continuation):
                state = .taken
                return continuation
            case .given, .taken: return nil
            }
        }
        continuation?.resume(with: result)
    }
}
