/// Takes texts one after the other. What is written is said once: first to ``TextLength``, then to a ``TextRow`` of that length.
protocol TextSink {
    mutating func take(_ text: String)
    /// Two ASCII characters.
    mutating func take(_ first: UInt8, _ second: UInt8)
}

extension TextSink {
    mutating func takeField(_ name: String, _ value: String) {
        take(name)
        take(UInt8(ascii: ":"), UInt8(ascii: " "))
        take(value)
        takeLineEnd()
    }

    mutating func takeLineEnd() { take(UInt8(ascii: "\r"), UInt8(ascii: "\n")) }
}

/// Only counts.
struct TextLength: TextSink {
    private(set) var bytes = 0

    mutating func take(_ text: String) { bytes += text.utf8.count }
    mutating func take(_ first: UInt8, _ second: UInt8) { bytes += 2 }
}

/// Puts texts into memory that is there for all of them. A `ByteBuffer` would find out at each of them whether nobody shares
/// it and whether it has room, which for the sixty pieces of a poll's answer costs more than everything else about it.
struct TextRow: TextSink {
    private let memory: UnsafeMutableRawBufferPointer
    private(set) var bytes = 0

    /// - memory: must outlive this value.
    init(_ memory: UnsafeMutableRawBufferPointer) { self.memory = memory }

    /// What finds no room is left out.
    mutating func take(_ text: String) {
        let count = text.utf8.withContiguousStorageIfAvailable { [memory, bytes] text in
            guard text.count <= memory.count - bytes else { return 0 }
            UnsafeMutableRawBufferPointer(rebasing: memory[bytes...]).copyMemory(from: UnsafeRawBufferPointer(text))
            return text.count
        }
        guard let count else { return takeBytes(of: text) }
        bytes += count
    }

    /// Of a text that is not stored in one piece; on this platform there is none.
    @inline(never) private mutating func takeBytes(of text: String) {
        for byte in text.utf8 where bytes < memory.count {
            memory[bytes] = byte
            bytes += 1
        }
    }

    mutating func take(_ first: UInt8, _ second: UInt8) {
        guard memory.count - bytes >= 2 else { return }
        memory[bytes] = first
        memory[bytes + 1] = second
        bytes += 2
    }
}
