import Foundation
import GatewayAcceptance

/// Programs that the tests need beside the toolchain. One that is missing fails the test, and says what to install.
enum Interpreter {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    /// - Returns: the absolute path of the first such program on the PATH.
    static func find(_ name: String, install: String) throws -> String {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
            return "\(folder)/\(name)"
        }
        throw Missing(description: "\(name) is not on the PATH: \(install)")
    }

    /// A Python that has these modules.
    static func python(
        with modules: [String: String] = ["requests": "apt-get install python3-requests"], in folder: TemporaryFolder
    )
        async throws -> String
    {
        let python = try find("python3", install: "apt-get install python3")
        for (module, install) in modules {
            let check = try await ChildProcess.run(
                python, ["-c", "import \(module)"], environment: GatewayProcess.environment(), in: folder)
            guard check.exit == 0 else { throw Missing(description: "python3 cannot import \(module): \(install)") }
        }
        return python
    }
}
