import ServiceLifecycle

#if os(Linux)
import CMalloc
#endif

/// Gives back to the system, once a minute, the memory that a peak has left behind: glibc keeps it with each thread that
/// freed it, where it would stay for as long as the thread lives.
struct MemoryTrim: Service {
    private static let interval: Duration = .seconds(60)

    let sleeper: any Clock<Duration>

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await sleeper.sleep(for: MemoryTrim.interval)) != nil { MemoryTrim.trim() }
        }
    }

    /// Takes a few milliseconds.
    private static func trim() {
        #if os(Linux)
        malloc_trim(0)
        #endif
    }
}
