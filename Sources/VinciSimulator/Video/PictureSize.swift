import VinciAPI

/// Size of the picture: whole macroblocks of 16 × 16 pixels, of which the right and bottom margins are cropped.
struct PictureSize: Sendable, Equatable {
    let columns: Int
    let rows: Int
    let width: Int
    let height: Int

    init(_ ratio: AspectRatio) {
        switch ratio {
        case .landscape: self.init(width: 160, height: 90)
        case .portrait: self.init(width: 90, height: 160)
        case .square: self.init(width: 96, height: 96)
        }
    }

    private init(width: Int, height: Int) {
        self.width = width
        self.height = height
        columns = (width + 15) / 16
        rows = (height + 15) / 16
    }

    var tileCount: Int { columns * rows }
    /// Half pixels of the margins: cropping counts in chroma samples.
    var cropRight: UInt32 { UInt32(columns * 16 - width) / 2 }
    var cropBottom: UInt32 { UInt32(rows * 16 - height) / 2 }
}
