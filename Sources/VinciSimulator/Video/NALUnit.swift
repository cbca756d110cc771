/// One network abstraction layer unit of an H.264 stream.
struct NALUnit: Sendable {
    /// `nal_ref_idc` 3 and the unit's type in one byte.
    enum Header: UInt8, Sendable {
        case interSlice = 0x61
        case keySlice = 0x65
        case sequenceParameters = 0x67
        case pictureParameters = 0x68
    }

    let header: Header
    let payload: [UInt8]

    /// Header and payload; a 3 goes before every byte below 4 that follows two zeros, so that no start code appears.
    var bytes: [UInt8] {
        var bytes = [header.rawValue]
        bytes.reserveCapacity(payload.count + 8)
        var zeros = 0
        for byte in payload {
            if zeros == 2, byte <= 3 {
                bytes.append(3)
                zeros = 0
            }
            bytes.append(byte)
            zeros = byte == 0 ? zeros + 1 : 0
        }
        return bytes
    }
}
