package import Globus

/// What tells collections of one name apart, as messages have it.
extension CollectionInfo {
    /// `mapped`, `guest`, `personal`, `personal guest`, `endpoint`; another kind in the service's word.
    package var kind: String {
        switch entityType {
        case .mappedCollection: "mapped"
        case .guestCollection: "guest"
        case .personalMappedCollection: "personal"
        case .personalGuestCollection: "personal guest"
        case .endpoint: "endpoint"
        default: entityType.description.isEmpty ? "unknown kind" : entityType.description
        }
    }

    /// `guest`, `mapped, high assurance`, `mapped, second factor`: what matters before a transfer.
    package var kindAndRules: String {
        let wantsFactor = self[field: "mfa_required"]?.bool == true
        return [kind, isHighAssurance ? "high assurance" : nil, wantsFactor ? "second factor" : nil].compactMap { $0 }
            .joined(separator: ", ")
    }

    /// The owner's organisation; `nil` if the document names none.
    package var organisation: String? { text("organization") }

    /// The host that serves the collection, or the name of the collection or endpoint that it is a part of.
    package var host: String? {
        if let address = text("gcs_manager_url"), let url = try? ServiceURL(base: address) { return url.host }
        return text("mapped_collection_display_name") ?? text("host_endpoint_display_name") ?? text("non_functional_endpoint_display_name")
    }

    /// Whether it can be reached, as far as the document says: only Globus Connect Personal does.
    package var connection: String? { isConnected.map { $0 ? isPaused ? "paused" : "connected" : "not connected" } }

    /// `mapped, JASMIN, of somebody@example.org, host data.example.org, connected`
    package var particulars: String {
        [kind, organisation, owner.map { "of \($0)" }, host.map { "on \($0)" }, connection].compactMap(\.self).joined(separator: ", ")
    }

    private func text(_ field: String) -> String? { self[field: field]?.string.flatMap { $0.isEmpty ? nil : $0 } }
}
