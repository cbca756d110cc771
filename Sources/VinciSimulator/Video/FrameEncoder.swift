/// Encodes pictures of one colour per macroblock without a transform: a tile that changed is sent as raw samples (I_PCM),
/// one that did not is skipped. Every decoder understands that, and it needs no codec.
struct FrameEncoder: Sendable {
    let size: PictureSize
    private var shown: [TestPicture.Colour] = []
    /// Frames since the key frame.
    private var frameNumber: UInt32 = 0

    init(size: PictureSize) { self.size = size }

    /// One slice as a NAL unit: the first call makes the key frame, later ones only say what changed.
    mutating func encode(_ tiles: [TestPicture.Colour]) -> [UInt8] {
        let isKey = shown.isEmpty
        var writer = BitWriter()
        header(&writer, isKey: isKey)
        if isKey {
            for tile in tiles { Self.raw(tile, type: 25, &writer) }
        } else {
            changes(to: tiles, &writer)
        }
        writer.trailing()
        shown = tiles
        frameNumber += 1
        return NALUnit(header: isKey ? .keySlice : .interSlice, payload: writer.bytes).bytes
    }

    /// Slice header (7.3.3) for the parameter sets of ``ParameterSets``.
    private func header(_ writer: inout BitWriter, isKey: Bool) {
        writer.unsigned(0)  // first_mb_in_slice
        writer.unsigned(isKey ? 7 : 5)  // slice_type: I or P for the whole picture
        writer.unsigned(0)  // pic_parameter_set_id
        writer.bits(frameNumber % 16, count: 4)  // frame_num
        if isKey {
            writer.unsigned(0)  // idr_pic_id
            writer.bits(0, count: 2)  // no_output_of_prior_pics_flag, long_term_reference_flag
        } else {
            writer.flag(false)  // num_ref_idx_active_override_flag
            writer.flag(false)  // ref_pic_list_modification_flag_l0
            writer.flag(false)  // adaptive_ref_pic_marking_mode_flag
        }
        writer.unsigned(0)  // slice_qp_delta
        writer.unsigned(1)  // disable_deblocking_filter_idc
    }

    private func changes(to tiles: [TestPicture.Colour], _ writer: inout BitWriter) {
        var skipped: UInt32 = 0
        for (old, new) in zip(shown, tiles) {
            guard old != new else {
                skipped += 1
                continue
            }
            writer.unsigned(skipped)  // mb_skip_run
            Self.raw(new, type: 30, &writer)
            skipped = 0
        }
        if skipped > 0 { writer.unsigned(skipped) }
    }

    /// A macroblock of raw samples, 4:2:0. `type` is I_PCM's number, which differs between I and P slices.
    private static func raw(_ tile: TestPicture.Colour, type: UInt32, _ writer: inout BitWriter) {
        writer.unsigned(type)
        writer.aligned(repeatElement(tile.luma, count: 256))
        writer.aligned(repeatElement(tile.blue, count: 64))
        writer.aligned(repeatElement(tile.red, count: 64))
    }
}
