import Foundation

/// Reads the files that a configuration is made from. Blocks; meant for start-up and for a thread of its own.
package enum ConfigurationLoader {
    /// - file: what `--config` named; else the variable `VINCI_GATEWAY_CONFIG` names the file, else there is none and the
    ///   defaults apply.
    package static func load(
        file: String?, environment: [String: String], overrides: [ConfigurationOverride] = []
    ) throws(ConfigurationFailure) -> EffectiveConfiguration {
        let named = file ?? environment[ConfigurationEnvironment.file].flatMap { $0.isEmpty ? nil : $0 }
        let input = ConfigurationInput(
            file: try named.map(readConfiguration), environment: environment, overrides: overrides)
        return try ConfigurationReader.read(input)
    }

    private static func readConfiguration(_ path: String) throws(ConfigurationFailure) -> ConfigurationInput.File {
        do {
            return ConfigurationInput.File(name: path, yaml: try text(of: path, bytesMax: 1 << 20))
        } catch {
            let problem = ConfigurationProblem(
                at: .file(path, line: nil), key: nil, "expected a configuration file, found \(error.reason)")
            throw ConfigurationFailure(problems: [problem])
        }
    }

    /// The text of a file that holds one upstream key, at most 4 KiB.
    @Sendable package static func readKeyFile(_ path: String) throws(UnreadableFile) -> String {
        try text(of: path, bytesMax: 4 << 10)
    }

    private static func text(of path: String, bytesMax: Int) throws(UnreadableFile) -> String {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw UnreadableFile(reason: "no such file")
        }
        guard !isFolder.boolValue else { throw UnreadableFile(reason: "a folder") }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw UnreadableFile(reason: "a file that must not be read by this user")
        }
        defer { try? handle.close() }
        // One byte more than allowed tells a file that is too long without reading all of it.
        guard let bytes = try? handle.read(upToCount: bytesMax + 1) ?? Data() else {
            throw UnreadableFile(reason: "a file that cannot be read")
        }
        guard bytes.count <= bytesMax else { throw UnreadableFile(reason: "more than \(bytesMax) bytes") }
        guard let text = String(bytes: bytes, encoding: .utf8) else {
            throw UnreadableFile(reason: "a file that is not UTF-8 text")
        }
        return text
    }
}

package struct UnreadableFile: Error, Sendable, Equatable {
    /// Completes "found …".
    package var reason: String

    package init(reason: String) { self.reason = reason }
}
