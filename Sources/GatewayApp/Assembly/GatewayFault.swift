import GatewayFlow
import SQLDatabase
import SQLiteDatabase
import VinciClient

/// Why a gateway does not start, with what to do.
package struct GatewayFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// Decides the exit code.
    package enum Kind: Sendable, Equatable {
        /// 78
        case configuration
        /// 70
        case storage
        /// 1
        case failed
    }

    package let kind: Kind
    /// A sentence or two for the person at the terminal.
    package let description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}

extension GatewayFault {
    init(_ fault: StartFault, store: String) {
        switch fault {
        case .wrongMasterKey:
            self.init(
                .configuration,
                """
                The store \(store) was written with another master key. Put the right key file back, or start with an \
                empty store: without it no token of this store can be checked.
                """)
        case .noUpstreamKey:
            self.init(
                .configuration,
                """
                upstream.keys: no Vinci key is known. Set the variable VINCI_API_KEY, or name one under upstream.keys \
                in the configuration file (env: or file:).
                """)
        case .admissionUnproven:
            self.init(
                .storage,
                "The store \(store) let an order through that does not fit its budget. Nothing was started; restore it "
                    + "from a backup, and check it with `vinci-gateway ledger verify --store`.")
        case .store(let failure):
            self.init(failure, store: store)
        }
    }

    init(_ failure: SQLFailure, store: String) {
        switch failure {
        case .schemaTooNew(let found, let known):
            self.init(
                .configuration,
                """
                The store \(store) was written by a newer release (schema \(found), this program knows \(known)). \
                Start that release or a later one.
                """)
        case .storageFull:
            self.init(.storage, "The disk of the store \(store) is full. Make room and start again.")
        case .broken(let reason):
            self.init(
                .storage, "The store \(store) is broken: \(reason). Restore it from a backup before starting again.")
        default:
            self.init(.storage, "The store \(store) cannot be used: \(failure).")
        }
    }
}
