import EventLoopTasks
import Foundation
package import GatewayCore
package import GatewayFlow
import Logging
package import NIOCore
import NIOPosix

/// What a gateway takes from the machine it runs on; tests put their own here.
package struct Surroundings: Sendable {
    package var clock: any WallClock
    package var sleeper: any Clock<Duration>
    package var eventLoopGroup: any EventLoopGroup
    package var logSink: LogSink
    /// Where the data folder is made when the store is on a server; empty: the working directory.
    package var folder: String
    /// Becomes the owner if the store has no administrator yet.
    package var bootstrapAdmin: Secret?
    /// Called when the store can no longer be trusted. Must end the process: only a new start may decide what reached
    /// the disk.
    package var onBrokenStore: @Sendable (String) -> Void

    /// - descriptor: an open file for the log; standard error unless given.
    package init(
        clock: any WallClock = SystemWallClock(), sleeper: (any Clock<Duration>)? = nil,
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton, logTo descriptor: Int32 = 2,
        folder: String = "", bootstrapAdmin: Secret? = nil, onBrokenStore: @escaping @Sendable (String) -> Void
    ) {
        self.clock = clock
        self.sleeper = sleeper ?? EventLoopClock(group: eventLoopGroup)
        self.eventLoopGroup = eventLoopGroup
        logSink = LogSink(descriptor: descriptor, clock: clock)
        self.folder = folder
        self.bootstrapAdmin = bootstrapAdmin
        self.onBrokenStore = onBrokenStore
    }

    /// The machine as it is, for the program: a broken store ends it with 70.
    package static func machine(bootstrapAdmin: Secret?) -> Surroundings {
        Surroundings(bootstrapAdmin: bootstrapAdmin) { _ in _exit(70) }
    }
}
