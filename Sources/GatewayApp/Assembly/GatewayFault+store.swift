import PostgresDatabase
import SQLiteDatabase

extension GatewayFault {
    init(_ failure: SQLiteOpenFailure) {
        let kind: Kind =
            switch failure {
            case .missing, .inaccessible, .locked, .notADatabase: .configuration
            case .damaged, .noSpace, .unsafeSetting: .storage
            }
        self.init(kind, "The store does not open: \(failure). Check store.url and the rights of its folder.")
    }

    /// What may pass by itself is `.storage`, so that whoever supervises the program starts it again.
    init(_ failure: PostgresOpenFailure) {
        let (kind, advice): (Kind, String) =
            switch failure {
            case .badURL: (.configuration, "Check store.url.")
            case .unreachable: (.storage, "Check that PostgreSQL runs there, and store.url.")
            case .insecure: (.configuration, "Check sslmode and sslrootcert in store.url and the server's certificate.")
            case .notAuthenticated:
                (.configuration, "Check user and password (store.url, PGPASSWORD or ~/.pgpass) and pg_hba.conf.")
            case .noSuchDatabase: (.configuration, "Make it with CREATE DATABASE, or correct store.url.")
            case .notPermitted: (.configuration, "Make the role the owner of the database.")
            case .notWritable: (.storage, "Let store.url name the server that can be written.")
            case .tooOld: (.configuration, "Use a newer server.")
            case .unsafeSetting: (.storage, "Change it in postgresql.conf.")
            }
        self.init(kind, "The store does not open: \(failure). \(advice)")
    }
}
