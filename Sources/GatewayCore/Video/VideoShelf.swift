/// Which videos are kept, within a number of bytes: the one that was asked for longest ago goes first. Pure; the files
/// are another room's.
package struct VideoShelf: Sendable {
    private struct Place: Sendable {
        var bytes: Int
        var lastUse: Int
    }

    package let bytesMax: Int
    private var kept: [JobID: Place] = [:]
    /// Room set aside for videos that are on their way; never taken away from them.
    private var arriving: [JobID: Int] = [:]
    private var uses = 0

    package init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// Bytes of all that is kept or has room set aside.
    package private(set) var bytes = 0

    package var count: Int { kept.count }

    /// Makes the room of an arriving video this large.
    /// - Returns: the videos that must go for it; nil when there is no such room, and then nothing has changed.
    package mutating func makeRoom(_ size: Int, for job: JobID) -> [JobID]? {
        let more = size - (arriving[job] ?? 0)
        var excess = bytes + more - bytesMax
        var leaving: [JobID] = []
        if excess > 0 {
            for (other, place) in kept.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
                leaving.append(other)
                excess -= place.bytes
                if excess <= 0 { break }
            }
            guard excess <= 0 else { return nil }
        }
        for other in leaving { remove(other) }
        arriving[job] = size
        bytes += more
        return leaving
    }

    package func isExpecting(_ job: JobID) -> Bool { arriving[job] != nil }

    /// A video has arrived, in the room that was made for it.
    package mutating func keep(_ job: JobID, bytes size: Int) {
        giveUp(job)
        remove(job)
        kept[job] = Place(bytes: size, lastUse: nextUse())
        bytes += size
    }

    /// A video does not arrive after all.
    package mutating func giveUp(_ job: JobID) { bytes -= arriving.removeValue(forKey: job) ?? 0 }

    package mutating func use(_ job: JobID) {
        let use = nextUse()
        kept[job]?.lastUse = use
    }

    package mutating func remove(_ job: JobID) { bytes -= kept.removeValue(forKey: job)?.bytes ?? 0 }

    private mutating func nextUse() -> Int {
        uses += 1
        return uses
    }
}
