import FoundationEssentials
import Globus

extension Refusal {
    static func consentRequired(_ collection: some CustomStringConvertible) -> Refusal {
        let scope = "\(ScopeList.transfer)[*https://auth.globus.org/scopes/\(collection)/data_access]"
        let message = "Missing required data_access consent"
        return .transfer(
            403, "ConsentRequired", message,
            extra: [
                "required_scopes": [.string(scope)],
                "authorization_parameters": ["session_message": .string(message), "required_scopes": [.string(scope)]],
            ])
    }
}
