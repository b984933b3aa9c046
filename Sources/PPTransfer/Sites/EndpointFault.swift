package import Globus

extension CollectionInfo {
    /// Why nothing can be sent from or to it; `nil` if nothing speaks against it.
    package var fault: String? { fault(of: nil) }

    /// - Parameter personal: the Globus Connect Personal of this machine whose collection it is.
    package func fault(of personal: ConnectPersonal?) -> String? {
        let name = displayName ?? "it"
        if isNonFunctional || entityType == .endpoint { return "'\(name)' is an endpoint, not a collection: name one of its collections" }
        if isConnected == false {
            guard let personal else { return "'\(name)' is not connected: start Globus Connect Personal on its machine" }
            guard let process = personal.process else {
                return "'\(name)' is not connected: start Globus Connect Personal, here or on another machine that has its files "
                    + "(\(personal.start))"
            }
            return "'\(name)' is not connected, although Globus Connect Personal runs on this machine (process \(process)): see "
                + "\(personal.command("-status")), and whether this machine reaches Globus"
        }
        if isPaused { return "'\(name)' is paused on its machine: unpause Globus Connect Personal there" }
        return nil
    }
}

extension ConnectPersonal {
    /// Why Globus does not show its collection; `nil` if the error has another cause.
    package func fault(after error: GlobusError) -> String? {
        guard let refusal = error.refusal, [.collectionMissing, .notFound, .permission].contains(refusal.kind) else { return nil }
        return "Globus shows this login no collection for the Globus Connect Personal of this machine "
            + "(\(collection?.description ?? "no UUID") in \(file)): it was deleted, or belongs to another account; log in as its owner, or set "
            + "it up again (\(command("-setup")), then \(start))"
    }
}
