/// What a login asks for.
package enum LoginScopes {
    /// Who logged in and which identities are linked, then Transfer with the consent to reach the data of each collection.
    ///
    /// - Parameter collections: mapped collections that are not high assurance. Globus Auth knows no such scope of any other, and says so
    ///   on its page.
    package static func all(for collections: [CollectionID]) -> [String] {
        ["openid", "profile", "email", "urn:globus:auth:scope:auth.globus.org:view_identity_set", transfer(for: collections)]
    }

    /// Transfer's own scope, with those consents.
    package static func transfer(for collections: [CollectionID]) -> String {
        guard !collections.isEmpty else { return ClientCredentials.transferScope }
        // The star makes the consent revocable by itself.
        let dependent = collections.map { "*https://auth.globus.org/scopes/\($0)/data_access" }
        return "\(ClientCredentials.transferScope)[\(dependent.joined(separator: " "))]"
    }
}
