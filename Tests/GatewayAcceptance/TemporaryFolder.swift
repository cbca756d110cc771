package import Foundation

/// A folder of one test, with the places where a gateway keeps its things.
package struct TemporaryFolder: Sendable {
    package let url: URL

    package init() throws {
        url = URL.temporaryDirectory.appending(path: "acceptance-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    private init(at url: URL) { self.url = url }

    /// A folder in it, for another gateway; removed with it.
    package func subfolder(_ name: String) throws -> TemporaryFolder {
        let folder = TemporaryFolder(at: url.appending(path: name))
        try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
        return folder
    }

    package var path: String { url.path }
    package var data: URL { url.appending(path: "data") }
    package var store: URL { data.appending(path: "gateway.db") }
    package var videos: URL { data.appending(path: "videos") }
    package var log: URL { url.appending(path: "gateway.log") }

    package func remove() { try? FileManager.default.removeItem(at: url) }

    /// Files below `folder` that contain these bytes, with their paths.
    package static func files(below folder: URL, containing text: String) throws -> [String] {
        let needle = Data(text.utf8)
        var found: [String] = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
            let file = folder.appending(path: path)
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            if try Data(contentsOf: file).range(of: needle) != nil { found.append(path) }
        }
        return found
    }
}

extension FileHandle {
    /// A file that is made if it is absent and written at its end.
    package static func appending(to file: URL) throws -> FileHandle {
        if !FileManager.default.fileExists(atPath: file.path) { try Data().write(to: file) }
        let handle = try FileHandle(forWritingTo: file)
        try handle.seekToEnd()
        return handle
    }
}
