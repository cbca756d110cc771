import Foundation
import Synchronization

/// Lets another thread end a wait for the server: a descriptor that poll(2) watches beside the connection's.
final class Alarm: Sendable {
    /// Readable while the alarm rings.
    let descriptor: CInt
    private let far: CInt
    private let ringing = Mutex(false)

    /// Nil when the process has no descriptors left.
    init?() {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        descriptor = ends[0]
        far = ends[1]
        for end in ends {
            // Not for the programs that this one starts.
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        close(descriptor)
        close(far)
    }

    var isRinging: Bool { ringing.withLock { $0 } }

    /// Returns when it rings or when the time is over.
    func wait(until deadline: Deadline) {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while !isRinging, !deadline.isOver { _ = poll(&watched, 1, deadline.milliseconds) }
    }

    func ring() {
        ringing.withLock { isRinging in
            guard !isRinging else { return }
            isRinging = true
            var byte: UInt8 = 1
            _ = write(far, &byte, 1)
        }
    }

    func silence() {
        ringing.withLock { isRinging in
            guard isRinging else { return }
            isRinging = false
            var byte: UInt8 = 0
            _ = read(descriptor, &byte, 1)
        }
    }
}
