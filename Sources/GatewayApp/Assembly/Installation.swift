package import GatewayCore
import GatewayFlow

/// `init`: everything that `serve` would make, beforehand, and the first owner's credential.
package enum Installation {
    package struct Made: Sendable {
        package let folder: String
        package let masterKeyFile: String
        /// Nil when the store already had an administrator: it cannot be shown again.
        package let ownerToken: Secret?
    }

    package static func prepare(
        _ configuration: GatewayConfiguration, in surroundings: Surroundings
    ) async throws(GatewayFault) -> Made {
        let base = try await Foundations(configuration, surroundings)
        let flows = try Flows(base)
        let token: Secret?
        do throws(GatewayFault) {
            token = try await makeOwner(flows, store: configuration.store.location.shown)
        } catch {
            await base.close()
            throw error
        }
        await base.close()
        return Made(folder: base.folder.path, masterKeyFile: base.folder.masterKey.path, ownerToken: token)
    }

    private static func makeOwner(_ flows: Flows, store: String) async throws(GatewayFault) -> Secret? {
        do throws(StartFault) {
            try await flows.startUp.open()
        } catch {
            throw GatewayFault(error, store: store)
        }
        do throws(Refusal) {
            return try await flows.admins.makeFirstOwner(nil)
        } catch {
            throw GatewayFault(.storage, "The first owner could not be stored in \(store).")
        }
    }
}
