import ArgumentParser
import Foundation
import GatewayCore

/// Where `key add` reads the real key from. Never an argument: those stand in the shell's history and in `ps`.
struct UpstreamKeyInput: ParsableArguments {
    @Option(help: "Read the key from this file.", completion: .file())
    var file: String?

    @Option(help: ArgumentHelp("Read the key from this variable.", valueName: "variable"))
    var env: String?

    func validate() throws {
        if file != nil, env != nil { throw ValidationError("Give either --file or --env, not both.") }
    }

    /// Without an option: from stdin, asked for when a person sits there.
    func read() throws -> Secret {
        if let file {
            guard let bytes = FileHandle(forReadingAtPath: file) else {
                throw CommandFailure(message: "The file \(file) cannot be read.")
            }
            return try checked(String(decoding: bytes.readPrefix(), as: UTF8.self), from: "the file \(file)")
        }
        if let env {
            guard let text = ProcessInfo.processInfo.environment[env] else {
                throw CommandFailure(message: "The variable \(env) is not set.")
            }
            return try checked(text, from: "the variable \(env)")
        }
        guard isatty(STDIN_FILENO) == 1 else {
            return try checked(String(decoding: FileHandle.standardInput.readPrefix(), as: UTF8.self), from: "stdin")
        }
        // Asks on the terminal itself and shows nothing of what is typed.
        guard let typed = getpass("Vinci API key (not shown): ") else {
            throw CommandFailure(message: "There is no terminal to ask for the key on.")
        }
        return try checked(String(cString: typed), from: "what was typed")
    }

    private func checked(_ text: String, from place: String) throws -> Secret {
        let key = text.trimmingCharacters(in: .newlines)
        let isVisible = key.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard isVisible, (8...512).contains(key.utf8.count) else {
            throw CommandFailure(message: "Expected a key of 8 to 512 visible ASCII characters in \(place).")
        }
        return Secret(key)
    }
}

extension FileHandle {
    /// More than any key, less than a mistaken video file.
    fileprivate func readPrefix() -> Data { (try? read(upToCount: 4096)) ?? Data() }
}
