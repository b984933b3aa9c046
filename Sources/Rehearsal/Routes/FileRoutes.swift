import FoundationEssentials
import Globus
import SystemFiles

/// The operations on a collection's files that answer at once: `ls`, `stat`, `mkdir`, `rename`.
struct FileRoutes: Sendable {
    let service: Service

    var routes: [Route] {
        [
            Route("GET", "/v0.10/operation/endpoint/:id/ls", list),
            Route("GET", "/v0.10/operation/endpoint/:id/stat", stat),
            Route("POST", "/v0.10/operation/endpoint/:id/mkdir", makeDirectory),
            Route("POST", "/v0.10/operation/endpoint/:id/rename", rename),
        ]
    }

    private static let listingLimit = 100_000

    /// - Parameter operation: the word that the codes of its errors have.
    private func collection(
        _ request: Request, _ parameters: [String], for operation: String = "DirListing"
    ) async throws -> PlayedCollection {
        let grant = try await service.transferGrant(request)
        let collection = try service.collection(parameters[0])
        guard collection.settings.entityType != .endpoint else {
            throw Refusal.badRequest("'\(collection.id)' is an endpoint, not a collection; it has no files")
        }
        guard collection.settings.isConnected != false else {
            throw Refusal.transfer(
                502, "ExternalError.DirListingFailed.GCDisconnected", "The GCP endpoint is not currently connected to Globus")
        }
        guard !collection.settings.isPaused else {
            throw Refusal.transfer(502, "ExternalError.DirListingFailed.GCPaused", "The GCP endpoint is currently paused")
        }
        try service.requireAccess(grant, collection, for: .operation(operation))
        try service.requireAccount(request.query["local_user"], collection, for: .operation(operation))
        return collection
    }

    private func path(_ text: String) throws -> String {
        guard PlayedCollection.components(text) != nil else {
            throw Refusal.badRequest("Path '\(text)' must be absolute or begin with '~/'")
        }
        return text
    }

    // MARK: ls

    @Sendable private func list(_ request: Request, _ parameters: [String]) async throws -> Reply {
        let collection = try await collection(request, parameters)
        let path = try path(request.query["path"].flatMap { $0.isEmpty ? nil : $0 } ?? collection.settings.defaultDirectory)
        let limit = try request.query.number("limit", in: 0...FileRoutes.listingLimit, standard: FileRoutes.listingLimit)
        let offset = try request.query.number("offset", in: 0...Int.max, standard: 0)
        let showsHidden = try request.query.flag("show_hidden", standard: true)
        let filter = try ListingFilter(request.query.all("filter"))
        let ordering = try Ordering(request.query["orderby"] ?? "name")
        let storage = service.storage
        return try await Blocking.run {
            let names = try FileRoutes.names(in: path, on: collection, storage)
            var listing = Listing(storage: storage, groupName: collection.settings.groupName)
            var entries: [DirectoryEntry] = []
            for (name, local) in names where showsHidden || !name.begins(with: ".") {
                if let entry = try? listing.entry(name, at: local), filter.matches(entry) { entries.append(entry) }
            }
            let sorted = ordering.sorted(entries) { $0.value($1) }
            let page = Array(sorted.dropFirst(offset).prefix(limit))
            let shown = path.withEndingSlash
            let absolute = collection.absolute(path).map { $0 == "/" ? $0 : $0 + "/" }
            return Reply(
                status: 200,
                body: FileListText.encoded(
                    FileList(endpoint: collection.id, path: shown, absolutePath: absolute, total: entries.count, files: page)))
        }
    }

    private static func names(in path: String, on collection: PlayedCollection, _ storage: any Storage) throws(Refusal) -> [(
        String, LocalPath
    )] {
        do throws(StorageError) {
            switch collection.resolve(path) {
            case nil: throw StorageError(number: ENOENT)
            case .virtual(let children):
                return children.compactMap { name in collection.place(WirePath.joined(path, name)).map { (name, $0.local) } }
            case .place(let place):
                return try storage.names(in: place.local).map { (WireName.text($0.name), place.local.appending($0.name)) }
            }
        } catch  where error.number == ENOENT {
            throw .transfer(404, "ClientError.NotFound", FileRoutes.message("Directory Not Found", path: path, on: collection, error))
        } catch  where error.number == ENOTDIR {
            throw .transfer(
                502, "ExternalError.DirListingFailed.NotDirectory", FileRoutes.message("Not a directory", path: path, on: collection, error)
            )
        } catch  where error.isRefusal {
            throw .transfer(
                502, "ExternalError.DirListingFailed.PermissionDenied",
                FileRoutes.message("Permission denied", path: path, on: collection, error))
        } catch {
            throw .transfer(502, "ExternalError.DirListingFailed", FileRoutes.message("Command Failed", path: path, on: collection, error))
        }
    }

    // MARK: stat

    @Sendable private func stat(_ request: Request, _ parameters: [String]) async throws -> Reply {
        let collection = try await collection(request, parameters)
        guard let text = request.query["path"] else { throw Refusal.badRequest("Missing required parameter 'path'") }
        let path = try path(text)
        let storage = service.storage
        return try await Blocking.run {
            let name = PlayedCollection.components(path)?.last { $0 != "~" } ?? "/"
            do throws(StorageError) {
                var listing = Listing(storage: storage, groupName: collection.settings.groupName)
                let local: LocalPath
                switch collection.resolve(path) {
                case nil: throw StorageError(number: ENOENT)
                case .place(let place): local = place.local
                case .virtual:
                    // It has no own entry in the file system; any directory's will do.
                    local = LocalPath("/")
                }
                guard let entry = try listing.entry(name, at: local) else { throw StorageError(number: ENOENT) }
                return Reply(status: 200, body: FileListText.encoded(entry))
            } catch {
                guard !error.isMissing else {
                    throw Refusal.transfer(
                        404, "NotFound", FileRoutes.message("Path not found, Error (list)", path: path, on: collection, error))
                }
                if error.isRefusal {
                    throw Refusal.transfer(
                        403, "EndpointPermissionDenied",
                        FileRoutes.message("Denied by endpoint, Error (list)", path: path, on: collection, error))
                }
                throw Refusal.transfer(
                    502, "EndpointError", FileRoutes.message("Endpoint Error, Error (list)", path: path, on: collection, error))
            }
        }
    }

    // MARK: mkdir, rename

    @Sendable private func makeDirectory(_ request: Request, _ parameters: [String]) async throws -> Reply {
        struct Document: Decodable {
            let path: String
            let localUser: String?

            enum CodingKeys: String, CodingKey {
                case path
                case localUser = "local_user"
            }
        }
        let collection = try await collection(request, parameters, for: "Mkdir")
        let document = try request.decoded(as: Document.self)
        let path = try path(document.path)
        try service.requireAccount(document.localUser, collection, for: .operation("Mkdir"))
        let storage = service.storage
        try await Blocking.run {
            do throws(StorageError) {
                guard let place = collection.place(path) else { throw StorageError(number: EACCES) }
                if (try? storage.status(place.local, followingLinks: false)) != nil { throw StorageError(number: EEXIST) }
                guard place.isWritable else { throw StorageError(number: EROFS) }
                try storage.makeDirectory(place.local)
            } catch {
                let reason = error.number == EEXIST ? ".Exists" : error.isRefusal ? ".PermissionDenied" : ""
                throw Refusal.transfer(
                    502, "ExternalError.MkdirFailed\(reason)",
                    FileRoutes.message("Mkdir failed, Error (mkdir)", path: path, on: collection, error))
            }
        }
        return try Reply(.result(code: "DirectoryCreated", "The directory was created successfully", request, dataType: "mkdir_result"))
    }

    @Sendable private func rename(_ request: Request, _ parameters: [String]) async throws -> Reply {
        struct Document: Decodable {
            let oldPath: String
            let newPath: String

            enum CodingKeys: String, CodingKey {
                case oldPath = "old_path"
                case newPath = "new_path"
            }
        }
        let collection = try await collection(request, parameters, for: "Rename")
        let document = try request.decoded(as: Document.self)
        let (old, new) = (try path(document.oldPath), try path(document.newPath))
        let storage = service.storage
        try await Blocking.run {
            do throws(StorageError) {
                guard let from = collection.place(old), let to = collection.place(new) else { throw StorageError(number: EACCES) }
                guard from.isWritable, to.isWritable else { throw StorageError(number: EROFS) }
                // The system would silently replace what is there.
                if (try? storage.status(to.local, followingLinks: false)) != nil { throw StorageError(number: EEXIST) }
                try storage.rename(from.local, to: to.local)
            } catch {
                // Only the pattern of these codes is known, from the other operations.
                let reason = error.number == EEXIST ? ".Exists" : error.isMissing ? ".NotFound" : error.isRefusal ? ".PermissionDenied" : ""
                throw Refusal.transfer(
                    502, "ExternalError.RenameFailed\(reason)",
                    FileRoutes.message("Rename failed, Error (rename)", path: old, on: collection, error))
            }
        }
        return try Reply(.result(code: "FileRenamed", "File or directory renamed successfully", request))
    }

    /// The text of an error that a collection's server answered.
    private static func message(_ summary: String, path: String, on collection: PlayedCollection, _ error: StorageError) -> String {
        let code =
            error.isMissing
            ? "PATH_NOT_FOUND" : error.isRefusal ? "PERMISSION_DENIED" : error.number == EEXIST ? "PATH_EXISTS" : "INTERNAL_ERROR"
        return """
            \(summary)
            Endpoint: \(collection.settings.displayName) (\(collection.id))
            Server: 127.0.0.1:443
            Message: \(error.text)
            ---
            Details: Error: '\(path)'\\r\\n550-GlobusError: v=1 c=\(code)\\r\\n550-GridFTP-Errno: \(error.number)\\r\\n\
            550-GridFTP-Error-String: \(error.text)\\r\\n550 End.\\r\\n
            """
    }
}

extension DirectoryEntry {
    fileprivate func value(_ name: String) -> JSONValue {
        switch name {
        case "name": .string(self.name)
        case "type": .string(type)
        case "size": .integer(size ?? 0)
        case "last_modified": .init(lastModified)
        case "permissions": .init(permissions)
        case "user": .init(user)
        case "group": .init(group)
        default: .null
        }
    }
}
