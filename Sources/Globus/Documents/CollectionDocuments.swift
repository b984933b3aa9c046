/// What kind of thing answers to a collection's id. An open set.
public struct EntityType: Hashable, Sendable, CustomStringConvertible {
    /// The kind in the words of the service: `GCSv5_mapped_collection`; empty if a document says none.
    public let description: String

    /// Makes a kind of the service's word. Any word is kept.
    public init(_ text: String) { description = text }

    /// Whoever logs in acts as an account of the machine.
    public static let mappedCollection = EntityType("GCSv5_mapped_collection")
    /// A part of a mapped collection that its owner shares.
    public static let guestCollection = EntityType("GCSv5_guest_collection")
    /// A server, which has no files itself.
    public static let endpoint = EntityType("GCSv5_endpoint")
    /// Globus Connect Personal on somebody's machine.
    public static let personalMappedCollection = EntityType("GCP_mapped_collection")
    /// A part of a personal collection that its owner shares.
    public static let personalGuestCollection = EntityType("GCP_guest_collection")
}

/// A collection (or an endpoint: the field names are older than the word), `GET /v0.10/endpoint/<id>`.
public struct CollectionInfo: OpenDocument, Hashable, Sendable, Codable, PageEntry {
    package var fields: [String: JSONValue]
    package init(fields: [String: JSONValue]) { self.fields = fields }

    /// - Throws: `DecodingError` for a document without the UUID of a collection.
    public init(from decoder: any Decoder) throws { fields = try Self.fields(from: decoder, identifiedBy: "id") }

    /// The service's own field of this name, as it was sent; `nil` if it is absent or null. For what this version has no property for.
    public subscript(field name: String) -> JSONValue? { raw(name) }

    /// The id of the collection (`id`); `CollectionID.null` for an entry of a list that has none.
    public var id: CollectionID { self["id"].string.flatMap { CollectionID($0) } ?? .null }
    /// The name that people see (`display_name`). It is not unique, and its owner can change it.
    public var displayName: String? { self["display_name"].string }
    /// The kind of collection (`entity_type`); an empty kind if the document has none.
    public var entityType: EntityType { EntityType(self["entity_type"].string ?? "") }
    /// Whether the collection is for protected data (`high_assurance`); `false` if the document does not say.
    public var isHighAssurance: Bool { self["high_assurance"].bool ?? false }
    /// A bare endpoint: it can neither list nor transfer.
    public var isNonFunctional: Bool { self["non_functional"].bool ?? false }
    /// Only Globus Connect Personal says; `nil` elsewhere.
    public var isConnected: Bool? { self["gcp_connected"].bool }
    /// Its owner has paused it; likewise.
    public var isPaused: Bool { self["gcp_paused"].bool ?? false }
    /// Whether the collection encrypts whatever is sent from or to it, also where a submission does not ask for it.
    package var forcesEncryption: Bool { self["force_encryption"].bool ?? false }
    /// The username of the identity that owns the collection (`owner_string`).
    public var owner: String? { self["owner_string"].string }
    /// The directory that is listed when no path is given (`default_directory`); `nil` stands for `/~/`.
    public var defaultDirectory: String? { self["default_directory"].string }
    /// Minutes for which one login is good there.
    public var authenticationTimeoutMinutes: Int64? { self["authentication_timeout_mins"].int }

    /// Whether a `data_access` consent exists for it. Asking for one elsewhere is refused as an unknown scope.
    public var needsDataAccess: Bool { entityType == .mappedCollection && !isHighAssurance }
}

/// A page of `GET /v0.10/endpoint_search`.
package struct EndpointList: Hashable, Sendable, Codable {
    package var dataType: String? = "endpoint_list"
    package var offset: Int?
    package var limit: Int?
    package var hasNextPage: Bool?
    package var endpoints: [CollectionInfo]

    package init(endpoints: [CollectionInfo], limit: Int, offset: Int, hasNextPage: Bool) {
        (self.endpoints, self.limit, self.offset, self.hasNextPage) = (endpoints, limit, offset, hasNextPage)
    }

    enum CodingKeys: String, CodingKey {
        case dataType = "DATA_TYPE", offset, limit
        case hasNextPage = "has_next_page"
        case endpoints = "DATA"
    }
}

/// One entry of a listing, or the answer to `stat`.
public struct DirectoryEntry: FlatDocument, Hashable, Sendable, Codable, PageEntry {
    package var dataType: String? = "file"
    /// The bare name.
    public package(set) var name: String
    /// `file`, `dir`, `invalid_symlink`, `chr`, `blk`, `pipe`, `other`. Links show the type of what they lead to.
    public package(set) var type: String
    /// Bytes.
    public package(set) var size: Int64?
    /// `YYYY-MM-DD HH:MM:SS+00:00`: the field `last_modified`.
    package var lastModified: String?
    /// The permission bits in octal digits: `0644`.
    public package(set) var permissions: String?
    /// The account that owns the file on the collection's machine (`user`); `nil` if the service gives none.
    public package(set) var user: String?
    /// The group of the file on the collection's machine (`group`); `nil` if the service gives none.
    public package(set) var group: String?
    /// Where a symbolic link leads; absent for anything else.
    public package(set) var linkTarget: String?
    /// The size of a symbolic link itself, in bytes (`link_size`); `nil` for anything else.
    public package(set) var linkSize: Int64?
    /// The owner of a symbolic link itself (`link_user`); `nil` for anything else.
    public package(set) var linkUser: String?
    /// The group of a symbolic link itself (`link_group`); `nil` for anything else.
    public package(set) var linkGroup: String?
    /// The field `link_last_modified`, in the form of `lastModified`.
    package var linkLastModified: String?
    package var others: [String: JSONValue] = [:]

    /// The service's own field of this name, as it was sent; `nil` if it is absent or null. For what this version has no property for.
    public subscript(field name: String) -> JSONValue? { raw(name) }

    /// The time of the last change, in whole seconds (`last_modified`); `nil` if the service gives none that can be read.
    public var modified: Timestamp? { lastModified.flatMap { Timestamp(wire: $0) } }
    /// The time of the last change of a symbolic link itself (`link_last_modified`); `nil` for anything else.
    public var linkModified: Timestamp? { linkLastModified.flatMap { Timestamp(wire: $0) } }

    package init(name: String, type: String, size: Int64, lastModified: String, permissions: String, user: String, group: String) {
        (self.name, self.type, self.size, self.lastModified) = (name, type, size, lastModified)
        (self.permissions, self.user, self.group) = (permissions, user, group)
    }

    package init(unreadable value: JSONValue) {
        (name, type) = (value.object?["name"]?.string ?? "", Self.unreadable)
        others = value.object ?? [:]
    }

    /// - Throws: `DecodingError` for an entry whose name or type is missing, or of which a known field is of another kind than expected.
    public init(from decoder: any Decoder) throws {
        let fields = try FieldReader<Field>(decoder)
        dataType = try fields.optional(.dataType)
        name = try fields.required(.name)
        type = try fields.required(.type)
        size = try fields.optional(.size)
        lastModified = try fields.optional(.lastModified)
        permissions = try fields.optional(.permissions)
        user = try fields.optional(.user)
        group = try fields.optional(.group)
        linkTarget = try fields.optional(.linkTarget)
        linkSize = try fields.optional(.linkSize)
        linkUser = try fields.optional(.linkUser)
        linkGroup = try fields.optional(.linkGroup)
        linkLastModified = try fields.optional(.linkLastModified)
        others = fields.others()
    }

    /// The type of an entry whose name, type or size this version cannot read. Its name is empty if that cannot be read.
    package static let unreadable = "listing entry that cannot be read"

    /// Whether the entry is a directory, or a symbolic link to one.
    public var isDirectory: Bool { type == "dir" }
    /// Whether the entry is a regular file, or a symbolic link to one.
    public var isFile: Bool { type == "file" }
    /// Whether the entry is a symbolic link, also if it leads nowhere.
    public var isLink: Bool { linkTarget != nil || type == "invalid_symlink" }

    package enum Field: String, DocumentField {
        package static let names = KnownNames(Field.self)

        case dataType = "DATA_TYPE", name, type, size
        case lastModified = "last_modified"
        case permissions, user, group
        case linkTarget = "link_target"
        case linkSize = "link_size"
        case linkUser = "link_user"
        case linkGroup = "link_group"
        case linkLastModified = "link_last_modified"
    }

    package func value(of field: Field) -> JSONValue? {
        switch field {
        case .dataType: dataType.map { .string($0) }
        case .name: .string(name)
        case .type: .string(type)
        case .size: size.map { .integer($0) }
        case .lastModified: lastModified.map { .string($0) }
        case .permissions: permissions.map { .string($0) }
        case .user: user.map { .string($0) }
        case .group: group.map { .string($0) }
        case .linkTarget: linkTarget.map { .string($0) }
        case .linkSize: linkSize.map { .integer($0) }
        case .linkUser: linkUser.map { .string($0) }
        case .linkGroup: linkGroup.map { .string($0) }
        case .linkLastModified: linkLastModified.map { .string($0) }
        }
    }
}

/// A directory's entries, `GET /v0.10/operation/endpoint/<id>/ls`.
package struct FileList: Hashable, Sendable, Codable {
    package var dataType: String? = "file_list"
    package var endpoint: String?
    package var path: String?
    package var absolutePath: String?
    package var renameSupported: Bool?
    package var symlinkSupported: Bool?
    package var length: Int?
    package var total: Int?
    package var files: [DirectoryEntry]

    package init(endpoint: CollectionID, path: String, absolutePath: String?, total: Int, files: [DirectoryEntry]) {
        (self.endpoint, self.path, self.absolutePath, self.total, self.files) = (endpoint.description, path, absolutePath, total, files)
        (length, renameSupported, symlinkSupported) = (files.count, true, false)
    }

    enum CodingKeys: String, CodingKey {
        case dataType = "DATA_TYPE", endpoint, path
        case absolutePath = "absolute_path"
        case renameSupported = "rename_supported"
        case symlinkSupported = "symlink_supported"
        case length, total
        case files = "DATA"
    }
}
