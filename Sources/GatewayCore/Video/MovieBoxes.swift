/// The outermost boxes of an MP4 or QuickTime file, followed one by one: a file that was cut anywhere does not add up.
package struct MovieBoxes: Sendable {
    /// Bytes of a box's head that are looked at: size, type, and the long form of the size.
    package static let headBytes = 16

    /// More than any movie has; a file of nothing but heads would be followed for ever.
    private static let boxesMax = 10_000

    private let length: Int
    private var count = 0
    private var hasMovie = false
    /// Where the next box begins; nil when there is nothing left to look at.
    package private(set) var next: Int?
    package private(set) var isBroken = false

    /// - length: of the whole file.
    package init(length: Int) {
        self.length = length
        next = 0
    }

    /// Whether all boxes end where the file ends, and one of them says what is in the movie.
    package var isWhole: Bool { next == nil && !isBroken && hasMovie }

    /// - head: the file's bytes from ``next`` on, at least ``headBytes`` where there are so many.
    package mutating func take(_ head: [UInt8]) {
        guard let start = next else { return }
        count += 1
        guard count <= MovieBoxes.boxesMax, head.count >= 8, let size = size(head, from: start) else {
            return end(broken: true)
        }
        let type = head[4..<8]
        hasMovie = hasMovie || type.elementsEqual("moov".utf8) || type.elementsEqual("moof".utf8)
        let stop = start + size
        guard stop != length else { return end(broken: false) }
        next = stop
    }

    /// Nil for a size that no box can have here.
    private func size(_ head: [UInt8], from start: Int) -> Int? {
        let short = head[0..<4].reduce(0) { $0 << 8 | Int($1) }
        let size: Int
        switch short {
        case 0: size = length - start
        case 1:
            guard head.count >= 16, head[8] < 0x40 else { return nil }
            size = head[8..<16].reduce(0) { $0 << 8 | Int($1) }
            guard size >= 16 else { return nil }
        default: size = short
        }
        return size >= 8 && size <= length - start ? size : nil
    }

    private mutating func end(broken: Bool) {
        next = nil
        isBroken = broken
    }
}
