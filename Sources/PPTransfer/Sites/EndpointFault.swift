import Globus

extension CollectionInfo {
    /// Why nothing can be sent from or to it; `nil` if nothing speaks against it.
    package var fault: String? {
        let name = displayName ?? "it"
        if isNonFunctional { return "'\(name)' is an endpoint, not a collection: name one of its collections" }
        if isConnected == false { return "'\(name)' is not connected: start Globus Connect Personal on its machine" }
        if isPaused { return "'\(name)' is paused on its machine: unpause Globus Connect Personal there" }
        return nil
    }
}
