import Foundation
import GatewayAcceptance
import Testing
import VinciSimulator

@Suite("The doctor") struct DoctorTests {
    private static let key = "sk-canary-that-the-doctor-holds-41d0"

    /// What the doctor says about a gateway that has not been started yet.
    private func examine(
        _ key: String, faults: [FaultRule] = [], upstream: String? = nil
    ) async throws -> ChildProcess.Ended {
        let simulator = try VinciSimulator(
            SimulatorConfiguration(accounts: [AccountSeed(keys: [KeySeed(Self.key)])], faults: faults))
        return try await simulator.serve { served in
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            let configuration = try GatewayProcess.configure(folder, upstream: upstream ?? served, keys: [key])
            let ended = try await ChildProcess.run(
                GatewayProcess.program, ["doctor", "--config", configuration.path],
                environment: GatewayProcess.environment(), in: folder)
            #expect(!FileManager.default.fileExists(atPath: folder.data.path), "the doctor changes nothing")
            #expect(!ended.stdout.contains(key) && !ended.stderr.contains(key))
            return ended
        }
    }

    @Test("finds nothing to do where everything is ready for the first start")
    func healthy() async throws {
        let ended = try await examine(Self.key)
        #expect(ended.exit == 0, "\(ended.stdout)\(ended.stderr)")
        #expect(ended.stdout.contains("balance $100"))
        // With the spaces: a folder's random name may have the letters.
        #expect(!ended.stdout.contains("BAD  "))
    }

    @Test("says that Vinci does not know the key")
    func unknownKey() async throws {
        let ended = try await examine("sk-mistyped-key-of-somebody")
        #expect(ended.exit == 1)
        #expect(
            ended.stdout.contains("BAD   upstream key-0: Vinci does not accept this key (401): replace it"),
            "\(ended.stdout)")
    }

    @Test("says that Vinci cannot be reached")
    func unreachable() async throws {
        // Port 1 of the loopback: no one may listen there but root, and no one does.
        let ended = try await examine(Self.key, upstream: "http://127.0.0.1:1/api")
        #expect(ended.exit == 1)
        #expect(ended.stdout.contains("cannot be reached"), "\(ended.stdout)")
    }

    @Test("does not repeat a key that Vinci quotes")
    func quotedKey() async throws {
        let echo = FaultRule(
            "echo", match: FaultMatch(.balance),
            action: .refuse(CannedReply(status: 500, detail: "Traceback: key=\(Self.key)")))
        let ended = try await examine(Self.key, faults: [echo])
        #expect(ended.exit == 1)
        #expect(ended.stdout.contains("answered 500: Traceback: key="), "\(ended.stdout)")
    }
}
