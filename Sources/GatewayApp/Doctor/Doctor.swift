import AdminAPI
import Foundation
import GatewayCore
import GatewayFlow
import GatewayHTTP
import GatewayStore
import Logging
import SQLDatabase
import VinciAPI
import VinciClient

/// `doctor`: looks at everything that a start needs, changes nothing, and says what to do.
package struct Doctor: Sendable {
    /// One thing that was looked at.
    package struct Finding: Sendable {
        package let name: String
        package let isGood: Bool
        /// What was found, and for bad findings what to do.
        package let text: String
    }

    private let configuration: GatewayConfiguration
    private let surroundings: Surroundings

    package init(_ configuration: GatewayConfiguration, in surroundings: Surroundings) {
        self.configuration = configuration
        self.surroundings = surroundings
    }

    package func examine() async -> [Finding] {
        var findings = [configurationFinding, folderFinding, videosFinding, masterKeyFinding]
        let store = await storeFindings()
        findings += store.findings
        findings += await upstreamFindings(storedKeys: store.upstreamKeys)
        return findings
    }

    private var configurationFinding: Finding {
        Finding(name: "configuration", isGood: true, text: "well-formed")
    }

    private var folder: DataFolder { DataFolder(of: configuration.store.location) }

    private var folderFinding: Finding { finding("data folder", folder.path) }
    private var videosFinding: Finding { finding("videos folder", configuration.videos.directory) }

    private func finding(_ name: String, _ path: String) -> Finding {
        guard FileManager.default.fileExists(atPath: path) else {
            return Finding(name: name, isGood: true, text: "\(path) is absent; the first start makes it")
        }
        let isWritable = FileManager.default.isWritableFile(atPath: path)
        return Finding(
            name: name, isGood: isWritable,
            text: isWritable
                ? "\(path) can be written" : "\(path) cannot be written by this user: check owner and rights")
    }

    private var masterKeyFinding: Finding {
        let file = folder.masterKey
        guard FileManager.default.fileExists(atPath: file.path) else {
            return Finding(name: "master key", isGood: true, text: "\(file.path) is absent; the first start makes it")
        }
        do throws(GatewayFault) {
            _ = try file.load()
            return Finding(name: "master key", isGood: true, text: "\(file.path) is readable by its owner only")
        } catch {
            return Finding(name: "master key", isGood: false, text: error.description)
        }
    }

    private func storeFindings() async -> (findings: [Finding], upstreamKeys: Int) {
        let location = configuration.store.location
        if case .sqlite(let path) = location, !FileManager.default.fileExists(atPath: path) {
            return ([Finding(name: "store", isGood: true, text: "\(path) is absent; the first start makes it")], 0)
        }
        do throws(GatewayFault) {
            guard let inspection = try await StoreInspection.look(at: location) else {
                let text = "\(location.shown) can be reached and is empty; the first start makes its tables"
                return ([Finding(name: "store", isGood: true, text: text)], 0)
            }
            let findings = [
                ledgerFinding(inspection.ledger), reconcileFinding(inspection),
                masterKeyMatch(inspection.masterKeyCheck),
            ]
            return (findings.compactMap(\.self), inspection.upstreamKeyCount)
        } catch {
            return ([Finding(name: "store", isGood: false, text: error.description)], 0)
        }
    }

    /// Nil when there is nothing to compare.
    private func masterKeyMatch(_ check: [UInt8]?) -> Finding? {
        let file = folder.masterKey
        guard let check, FileManager.default.fileExists(atPath: file.path), let key = try? file.load().key else {
            return nil
        }
        let isOurs = key.checkValue == check
        return Finding(
            name: "master key", isGood: isOurs,
            text: isOurs
                ? "the store was written with it" : "the store was written with another one: put the right file back")
    }

    private func ledgerFinding(_ proof: LedgerReply) -> Finding {
        let shown = configuration.store.location.shown
        let sums = "\(proof.jobs) jobs, $\(proof.heldUSD) held, $\(proof.capturedUSD) captured"
        return Finding(
            name: "store", isGood: proof.ok,
            text: proof.ok
                ? "\(shown): the ledger adds up (\(sums))"
                : "\(shown): \(proof.violations.count) violations; see vinci-gateway ledger verify --store")
    }

    private func reconcileFinding(_ inspection: StoreInspection) -> Finding {
        let reply = ReconcileReply(
            inspection.reconciliation, last: inspection.lastSample,
            isExclusive: configuration.upstream.accountExclusive)
        let advice =
            reply.alarm ? " Find out who else uses the account; see vinci-gateway ledger reconcile --help." : ""
        return Finding(name: "account", isGood: !reply.alarm, text: reply.sentence + advice)
    }

    private func upstreamFindings(storedKeys: Int) async -> [Finding] {
        guard !configuration.upstream.keys.isEmpty else {
            guard storedKeys == 0 else {
                return [Finding(name: "upstream", isGood: true, text: "\(storedKeys) stored keys; not tried here")]
            }
            return [
                Finding(
                    name: "upstream", isGood: false,
                    text: "no key is known: set VINCI_API_KEY, or name a key under upstream.keys")
            ]
        }
        var findings: [Finding] = []
        for key in configuration.upstream.keys { findings.append(await ask(key)) }
        return findings
    }

    private func ask(_ key: UpstreamKeySetting) async -> Finding {
        let name = "upstream \(key.id)"
        do {
            let client = try VinciClient(
                apiKey: key.secret, configuration: try VinciClientConfiguration(configuration.upstream),
                eventLoopGroup: surroundings.eventLoopGroup)
            let reading = await client.balance()
            await client.shutdown()
            return finding(name, reading.outcome)
        } catch {
            return Finding(name: name, isGood: false, text: "\(error)")
        }
    }

    private func finding(_ name: String, _ outcome: QueryOutcome<BalanceReply>) -> Finding {
        let baseURL = configuration.upstream.baseURL
        switch outcome {
        case .reply(let reply):
            return Finding(
                name: name, isGood: true, text: "\(baseURL) answers: balance $\(reply.balanceUSD)")
        case .failed(.status(let status, _, _)) where status == 401 || status == 403:
            return Finding(name: name, isGood: false, text: "Vinci does not accept this key (\(status)): replace it")
        case .failed(.status(let status, let detail, _)):
            return Finding(name: name, isGood: false, text: "\(baseURL) answered \(status): \(detail)")
        case .failed(.unreachable(let reason)):
            return Finding(
                name: name, isGood: false, text: "\(baseURL) cannot be reached (\(reason)): check upstream.base_url")
        case .failed(.unreadable(let reason)):
            return Finding(name: name, isGood: false, text: "\(baseURL) does not answer as Vinci does: \(reason)")
        }
    }
}
