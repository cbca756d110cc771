import GatewayCore
import GatewayTesting
import Testing

@Suite("The shelf of kept videos") struct VideoShelfTests {
    private func job(_ number: Int) -> JobID { JobID(stored: "job_\(number)") }

    @Test("throws out the ones asked for longest ago, and no more than it must") func leastRecentlyUsed() throws {
        var shelf = VideoShelf(bytesMax: 100)
        for number in 1...4 {
            #expect(shelf.makeRoom(25, for: job(number)) == [])
            shelf.keep(job(number), bytes: 25)
        }
        shelf.use(job(1))
        #expect(shelf.makeRoom(30, for: job(5)) == [job(2), job(3)])
        #expect(shelf.bytes == 80)
        shelf.keep(job(5), bytes: 28)
        #expect(shelf.bytes == 78)
        #expect(shelf.count == 3)
    }

    @Test("takes nothing that is larger than itself, and throws nothing out for it") func tooLarge() {
        var shelf = VideoShelf(bytesMax: 100)
        _ = shelf.makeRoom(60, for: job(1))
        shelf.keep(job(1), bytes: 60)
        #expect(shelf.makeRoom(101, for: job(2)) == nil)
        #expect(shelf.bytes == 60)
        #expect(shelf.count == 1)
    }

    @Test("does not take the room of one that is on its way") func expected() {
        var shelf = VideoShelf(bytesMax: 100)
        #expect(shelf.makeRoom(60, for: job(1)) == [])
        #expect(shelf.makeRoom(60, for: job(2)) == nil)
        shelf.giveUp(job(1))
        #expect(shelf.makeRoom(60, for: job(2)) == [])
    }

    @Test("never holds more than its bound, whatever comes and goes", arguments: SeededRandom.seeds(100))
    func bound(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var shelf = VideoShelf(bytesMax: 1000)
        var sizes: [JobID: Int] = [:]
        var arriving: [JobID: Int] = [:]
        for _ in 0..<400 {
            let id = job(Int.random(in: 0..<40, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0, 1:
                guard sizes[id] == nil else { continue }
                let size = Int.random(in: max(1, arriving[id] ?? 1)...500, using: &random)
                guard let leaving = shelf.makeRoom(size, for: id) else { continue }
                for other in leaving { #expect(sizes.removeValue(forKey: other) != nil) }
                arriving[id] = size
            case 2:
                guard let size = arriving.removeValue(forKey: id) else { continue }
                shelf.keep(id, bytes: size)
                sizes[id] = size
            default:
                if arriving.removeValue(forKey: id) != nil { shelf.giveUp(id) } else { shelf.use(id) }
            }
            #expect(shelf.bytes <= 1000)
            #expect(shelf.bytes == sizes.values.reduce(0, +) + arriving.values.reduce(0, +))
        }
    }
}

@Suite("A video's format") struct VideoFormatTests {
    @Test(
        "is told by its first bytes",
        arguments: [
            ("\u{0}\u{0}\u{0}\u{18}ftypisom\u{0}\u{0}", VideoFormat.mp4), ("\u{0}\u{0}\u{0}\u{14}ftypqt  ", .quickTime),
            ("<html><script>", nil), ("ftypisom", nil), ("", nil), ("\u{0}\u{0}\u{0}\u{18}moov", nil),
        ])
    func mark(text: String, format: VideoFormat?) { #expect(VideoFormat(beginning: Array(text.utf8)) == format) }

    @Test("may be WebM") func webM() { #expect(VideoFormat(beginning: [0x1A, 0x45, 0xDF, 0xA3, 1]) == .webM) }
}

@Suite("A movie's boxes") struct MovieBoxesTests {
    private func box(_ type: String, _ count: Int) -> [UInt8] {
        [0, 0, UInt8((count + 8) >> 8 & 0xFF), UInt8((count + 8) & 0xFF)] + Array(type.utf8)
            + [UInt8](repeating: 7, count: count)
    }

    private func isWhole(_ file: [UInt8]) -> Bool {
        var boxes = MovieBoxes(length: file.count)
        while let next = boxes.next { boxes.take(Array(file[next...].prefix(MovieBoxes.headBytes))) }
        return boxes.isWhole
    }

    @Test("end where the file ends") func whole() {
        #expect(isWhole(box("ftyp", 8) + box("moov", 100) + box("mdat", 1000)))
        #expect(isWhole(box("ftyp", 8) + box("moof", 0)))
        // A last box may go on to the end of the file, or write its size at length.
        #expect(isWhole(box("moov", 8) + [0, 0, 0, 0] + Array("mdat123".utf8)))
        #expect(isWhole(box("moov", 8) + [0, 0, 0, 1] + Array("mdat".utf8) + [0, 0, 0, 0, 0, 0, 0, 17, 9]))
    }

    @Test("do not add up in a file that was cut, at whatever byte") func cut() {
        let file = box("ftyp", 8) + box("moov", 40) + box("mdat", 60)
        for length in 0..<file.count where length != 16 + 48 { #expect(!isWhole(Array(file.prefix(length)))) }
    }

    @Test("say what is in the movie, and have sizes that can be") func nonsense() {
        #expect(!isWhole(box("ftyp", 8) + box("mdat", 60)))
        #expect(!isWhole(box("moov", 8) + [0, 0, 0, 7] + Array("mdat".utf8)))
        #expect(
            !isWhole(box("moov", 8) + [0, 0, 0, 1] + Array("mdat".utf8) + [255, 255, 255, 255, 255, 255, 255, 255]))
        #expect(!isWhole(box("moov", 8) + [UInt8](repeating: 0, count: 3)))
        #expect(!isWhole((0..<10_001).flatMap { _ in box("free", 0) } + box("moov", 0)))
    }
}
