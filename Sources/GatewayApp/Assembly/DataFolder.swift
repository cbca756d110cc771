import Foundation

/// The folder of the store, with the master key and the upload spool beside it.
struct DataFolder: Sendable {
    let path: String

    /// - folder: where it is kept for a store on a server; empty: the working directory.
    init(of location: StoreLocation, in folder: String = "") {
        switch location {
        case .sqlite(let file):
            let folder = (file as NSString).deletingLastPathComponent
            path = folder.isEmpty ? "." : folder
        case .postgres:
            path = (folder as NSString).appendingPathComponent("data")
        }
    }

    var masterKey: MasterKeyFile { MasterKeyFile(path: path + "/master.key") }
    var spool: String { path + "/spool" }

    /// Makes the folder (mode 0700) if it is absent.
    func prepare() throws(GatewayFault) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw GatewayFault(
                .configuration,
                "The data folder \(path) cannot be made. Check the owner and rights of its parent, or set store.url.")
        }
    }
}
