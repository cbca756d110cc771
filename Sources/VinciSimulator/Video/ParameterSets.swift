/// Sequence and picture parameter sets: constrained baseline, one reference frame, no deblocking, output in decoding order.
enum ParameterSets {
    static let profile: UInt8 = 66
    static let compatibility: UInt8 = 0xC0
    static let level: UInt8 = 30

    static func sequence(_ size: PictureSize) -> [UInt8] {
        var writer = BitWriter()
        writer.aligned([profile, compatibility, level])
        writer.unsigned(0)  // seq_parameter_set_id
        writer.unsigned(0)  // log2_max_frame_num_minus4
        writer.unsigned(2)  // pic_order_cnt_type
        writer.unsigned(1)  // max_num_ref_frames
        writer.flag(false)  // gaps_in_frame_num_value_allowed_flag
        writer.unsigned(UInt32(size.columns - 1))
        writer.unsigned(UInt32(size.rows - 1))
        writer.flag(true)  // frame_mbs_only_flag
        writer.flag(true)  // direct_8x8_inference_flag
        let isCropped = size.cropRight + size.cropBottom > 0
        writer.flag(isCropped)
        if isCropped {
            for offset in [0, size.cropRight, 0, size.cropBottom] { writer.unsigned(offset) }
        }
        writer.flag(false)  // vui_parameters_present_flag
        writer.trailing()
        return NALUnit(header: .sequenceParameters, payload: writer.bytes).bytes
    }

    static func picture() -> [UInt8] {
        var writer = BitWriter()
        writer.unsigned(0)  // pic_parameter_set_id
        writer.unsigned(0)  // seq_parameter_set_id
        writer.flag(false)  // entropy_coding_mode_flag: CAVLC
        writer.flag(false)  // bottom_field_pic_order_in_frame_present_flag
        writer.unsigned(0)  // num_slice_groups_minus1
        writer.unsigned(0)  // num_ref_idx_l0_default_active_minus1
        writer.unsigned(0)  // num_ref_idx_l1_default_active_minus1
        writer.flag(false)  // weighted_pred_flag
        writer.bits(0, count: 2)  // weighted_bipred_idc
        for _ in 0..<3 { writer.unsigned(0) }  // pic_init_qp_minus26, pic_init_qs_minus26, chroma_qp_index_offset
        writer.flag(true)  // deblocking_filter_control_present_flag
        writer.flag(false)  // constrained_intra_pred_flag
        writer.flag(false)  // redundant_pic_cnt_present_flag
        writer.trailing()
        return NALUnit(header: .pictureParameters, payload: writer.bytes).bytes
    }
}
