/// What the videos show: a two-coloured chequerboard from the seed, a bright tile that wanders over it, and a bar at the
/// bottom that grows with time. One colour per macroblock.
struct TestPicture: Sendable {
    /// ITU-R BT.601, studio range.
    struct Colour: Sendable, Equatable {
        let luma: UInt8
        let blue: UInt8
        let red: UInt8
    }

    private static let wanderer = Colour(luma: 225, blue: 128, red: 128)
    private static let bar = Colour(luma: 190, blue: 90, red: 150)

    let size: PictureSize
    let frameCount: Int
    private let light: Colour
    private let dark: Colour

    init(size: PictureSize, frameCount: Int, seed: UInt64) {
        self.size = size
        self.frameCount = frameCount
        var random = SeededRandom(seed: seed)
        let blue = UInt8.random(in: 70...186, using: &random)
        let red = UInt8.random(in: 70...186, using: &random)
        let luma = UInt8.random(in: 60...130, using: &random)
        light = Colour(luma: luma + 22, blue: blue, red: red)
        dark = Colour(luma: luma, blue: blue, red: red)
    }

    /// Colours of all tiles in reading order.
    func tiles(ofFrame frame: Int) -> [Colour] {
        let bright = frame % size.tileCount
        let barLength = (frame + 1) * size.columns / frameCount
        return (0..<size.tileCount).map { tile in
            let (row, column) = tile.quotientAndRemainder(dividingBy: size.columns)
            if tile == bright { return Self.wanderer }
            if row == size.rows - 1, column < barLength { return Self.bar }
            return (row + column).isMultiple(of: 2) ? light : dark
        }
    }
}
