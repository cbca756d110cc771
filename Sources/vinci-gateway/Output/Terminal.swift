import Foundation

/// The two streams of the program: results on stdout, everything said to a person on stderr.
enum Terminal {
    static func say(_ text: String) {
        write(Data((text + "\n").utf8), to: .standardOutput)
    }

    /// Bytes as they came, with a line break at the end.
    static func say(bytes: Data) {
        write(bytes, to: .standardOutput)
        if bytes.last != UInt8(ascii: "\n") { say("") }
    }

    static func pass(_ bytes: Data) {
        write(bytes, to: .standardOutput)
    }

    static func complain(_ text: String) {
        write(Data((text + "\n").utf8), to: .standardError)
    }

    private static func write(_ bytes: Data, to stream: FileHandle) {
        // A reader that went away (`| head`) is no failure of the command.
        try? stream.write(contentsOf: bytes)
    }
}
