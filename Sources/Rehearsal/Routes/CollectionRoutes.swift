import FoundationEssentials
import Globus

/// `endpoint` and `endpoint_search`: collections, under the name that the service gave them first.
struct CollectionRoutes: Sendable {
    let service: Service

    var routes: [Route] {
        [
            Route("GET", "/v0.10/endpoint/:id", show),
            Route("GET", "/v0.10/endpoint_search", search),
        ]
    }

    @Sendable private func show(_ request: Request, _ parameters: [String]) async throws -> Reply {
        _ = try await service.caller(request)
        return try Reply(try service.collection(parameters[0]).document.projected(request))
    }

    @Sendable private func search(_ request: Request, _: [String]) async throws -> Reply {
        let caller = try await service.caller(request)
        let query = request.query
        let limit = try query.number("limit", in: 0...100, standard: 100)
        let offset = try query.number("offset", in: 0...1000, standard: 0)
        let words = (query["filter_fulltext"] ?? "").lowercased().split { $0 == " " }
        let scope = query["filter_scope"] ?? "all"
        guard scope != "all" || !words.isEmpty || query["filter_owner_id"] != nil else {
            throw Refusal.badRequest("filter_fulltext is required when filter_scope is all")
        }
        guard query["filter_entity_type"] == nil || query["filter_non_functional"] == nil else {
            throw Refusal.badRequest("filter_entity_type and filter_non_functional exclude each other")
        }
        let wantsEndpoints = try query.flag("filter_non_functional", standard: false)
        let reachable = try await candidates(scope, caller)
        let found = reachable.filter { collection in
            let document = collection.document
            if let owner = query["filter_owner_id"], owner != document["owner_id"].string { return false }
            if let host = query["filter_host_endpoint"], host != document["host_endpoint_id"].string { return false }
            if let type = query["filter_entity_type"], type != document["entity_type"].string { return false }
            if query["filter_non_functional"] != nil, document.isNonFunctional != wantsEndpoints { return false }
            return collection.isFound(by: words)
        }
        let page = found.dropFirst(offset).prefix(limit)
        return try Reply(
            EndpointList(
                endpoints: page.map { $0.document.projected(request) }, limit: limit, offset: offset,
                hasNextPage: page.endIndex < found.endIndex))
    }

    /// Nobody owns or shares anything here, so of the narrower scopes only those by use find something.
    private func candidates(_ scope: String, _ caller: Identity) async throws -> [PlayedCollection] {
        switch scope {
        case "all", "hide-no-permissions": return service.catalogue
        case "recently-used", "in-use":
            let records = await service.board.records(owner: caller).filter { scope == "recently-used" || !$0.hasEnded }
            let used = Set(
                records.flatMap { [$0.document()["source_endpoint_id"].string, $0.document()["destination_endpoint_id"].string] })
            return service.catalogue.filter { used.contains($0.id.description) }
        case "my-endpoints", "my-gcp-endpoints", "shared-by-me", "shared-with-me", "administered-by-me": return []
        default: throw Refusal.badRequest("Invalid filter_scope '\(scope)'")
        }
    }
}

extension PlayedCollection {
    /// Every word must begin a word of what is known of the collection.
    fileprivate func isFound(by words: [Substring]) -> Bool {
        let texts = [settings.displayName, settings.description ?? "", settings.organization, id.description]
        let known =
            texts.flatMap { $0.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "-" } } + [
                Substring(settings.displayName.lowercased())
            ]
        return words.allSatisfy { word in known.contains { $0.hasPrefix(word) } }
    }

    /// The endpoint document with the whole set of fields.
    var document: CollectionInfo {
        let isPersonal = [.personalMappedCollection, .personalGuestCollection].contains(settings.entityType)
        let isGuest = [.guestCollection, .personalGuestCollection].contains(settings.entityType)
        // A collection of version 5 belongs to its endpoint; its id is made up from the collection's.
        let owner = Identity.uuid(for: "endpoint of \(id)")
        let lifetime = settings.publishesSessionLifetime ? settings.sessionLifetime : nil
        let timeout = lifetime.map { JSONValue.integer(Int64($0 / .seconds(60))) } ?? .null
        // Nothing answers at these addresses, but they do not lead away from this machine either.
        let host = "127.0.0.1"
        var fields: [String: JSONValue] = [
            "DATA_TYPE": "endpoint", "id": .string(id.description), "name": .string(id.description),
            "display_name": .string(settings.displayName),
            "canonical_name": .string("\(owner)#\(id)"), "username": "u_rehearsal", "owner_id": .string(owner),
            "owner_string": .string("\(owner)@clients.auth.globus.org"), "description": .init(settings.description),
            "organization": .string(settings.organization), "entity_type": .string(settings.entityType.description),
            "default_directory": .string(settings.defaultDirectory), "public": true, "high_assurance": .bool(settings.isHighAssurance),
            "authentication_timeout_mins": timeout, "authentication_assurance_timeout": timeout,
            "force_encryption": .bool(settings.forcesEncryption), "disable_verify": .bool(settings.disablesVerification),
            "non_functional": .bool(settings.entityType == .endpoint),
            "gcp_connected": isPersonal ? .bool(settings.isConnected ?? true) : nil,
            "gcp_paused": isPersonal ? .bool(settings.isPaused) : nil, "is_globus_connect": .bool(isPersonal),
            "gcs_version": isPersonal ? nil : "5.4.83",
            "gcs_manager_url": isPersonal ? nil : "https://127.0.0.1",
            "subscription_id": isPersonal ? nil : .string(Identity.uuid(for: "subscription")), "shareable": .bool(!isGuest),
            "last_accessed_time": .string(WireTime.stamp(Date())), "my_effective_roles": [], "location": "Automatic",
            "mfa_required": .bool(settings.requiresSecondFactor),
            "network_use": "normal", "authentication_policy_id": .init(settings.authenticationPolicyID),
            "max_concurrency": 4, "preferred_concurrency": 2, "max_parallelism": 8, "preferred_parallelism": 4, "expires_in": 0,
            "DATA": [
                [
                    "DATA_TYPE": "server", "hostname": .string(host), "id": 1, "incoming_data_port_end": nil,
                    "incoming_data_port_start": nil,
                    "is_connected": .bool(settings.isConnected ?? true), "is_paused": .bool(settings.isPaused),
                    "outgoing_data_port_end": nil,
                    "outgoing_data_port_start": nil, "port": 443, "scheme": "gsiftp", "subject": nil,
                    "uri": .string("gsiftp://\(host):443"),
                ]
            ],
        ]
        for name in PlayedCollection.fieldsThatAreFalse { fields[name] = false }
        for name in PlayedCollection.fieldsThatAreNull { fields[name] = .null }
        return CollectionInfo(fields: fields)
    }

    private static let fieldsThatAreFalse = [
        "acl_available", "acl_editable", "activated", "disable_anonymous_writes", "force_verify", "french_english_bilingual", "in_use",
        "local_user_info_available", "requester_pays", "s3_owner_activated",
    ]

    private static let fieldsThatAreNull = [
        "auto_delete_timeout", "contact_email", "contact_info", "department", "expire_time",
        "globus_connect_setup_key", "host_endpoint", "host_endpoint_display_name", "host_endpoint_id", "host_path", "https_server",
        "info_link",
        "keywords", "mapped_collection_display_name", "mapped_collection_id", "myproxy_dn", "myproxy_server",
        "non_functional_endpoint_display_name", "non_functional_endpoint_id", "oauth_server", "preserve_modtime",
        "restrict_transfers_to_high_assurance", "s3_url", "sharing_target_endpoint", "sharing_target_root_path", "skip_auto_delete",
        "storage_type", "tlsftp_server", "user_message", "user_message_link",
    ]
}
