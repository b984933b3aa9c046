import PositionedYAML
import SystemFiles

/// The environment variables that change what this program does, but for those of the workflow and the batch system.
package struct KnownSetting: Sendable {
    package var name: String
    package var meaning: String
    /// Its value is never shown.
    var isSecret = false

    init(_ name: String, _ meaning: String, isSecret: Bool = false) { (self.name, self.meaning, self.isSecret) = (name, meaning, isSecret) }

    /// The variable that leads other processes to the files of the simulator's collections.
    package static let simulatorFiles = "PPTRANSFER_REHEARSAL_FILES"

    /// The variable with the application of the program's own login.
    package static let loginApplication = "PPTRANSFER_CLIENT_ID"

    package static let all: [KnownSetting] = [
        KnownSetting("PPTRANSFER_SITES", "Site files, separated by ':'; each entry replaces a known one of its alias."),
        KnownSetting("PPTRANSFER_JOURNAL", "The journal directory."),
        KnownSetting("PPTRANSFER_RECEIPTS", "The directory for second copies of receipts; 'none' keeps none."),
        KnownSetting("PPTRANSFER_LOG_FORMAT", "The log format without --log-format: text, json or moci."),
        KnownSetting(loginApplication, "The UUID of the registered application for 'pptransfer login'."),
        KnownSetting("PPTRANSFER_LOGIN", "The login file of 'pptransfer login'."),
        KnownSetting("PPTRANSFER_GLOBUS_STORE", "The login file of the Globus CLI."),
        KnownSetting("PPTRANSFER_ACCESS_TOKEN", "An access token for Globus Transfer.", isSecret: true),
        KnownSetting("PPTRANSFER_REHEARSAL_DELETES", "1: a rehearsal also deletes at the source, as the description states."),
        KnownSetting(simulatorFiles, "The directory of the simulator that 'pptransfer rehearse --serve' runs."),
        KnownSetting("PPTRANSFER_BIN", "The program that the suite templates call."),
        KnownSetting("GLOBUS_CLI_CLIENT_ID", "The id of a service account."),
        KnownSetting("GLOBUS_CLI_CLIENT_SECRET", "The secret of the service account.", isSecret: true),
        KnownSetting("GLOBUS_PROFILE", "The profile of the Globus CLI whose login is used."),
        KnownSetting("GLOBUS_SDK_ENVIRONMENT", "The Globus environment, as in the Globus SDK."),
        KnownSetting("GLOBUS_SDK_SERVICE_URL_TRANSFER", "The address of Globus Transfer."),
        KnownSetting("GLOBUS_SDK_SERVICE_URL_AUTH", "The address of Globus Auth."),
        KnownSetting("GLOBUS_SDK_VERIFY_SSL", "A file of certificate authorities; verification cannot be switched off."),
        KnownSetting("GLOBUS_SDK_HTTP_TIMEOUT", "The time limit of a request in seconds."),
    ]

    /// A value as it may be told. A person may have written a login into an address.
    func told(_ value: String) -> String {
        if isSecret || value.contains("@") { return "set, not shown" }
        return shown(name.hasPrefix("GLOBUS_SDK_SERVICE_URL_") ? Self.withoutSecretPath(value) : value)
    }

    /// The path of a simulator's address is its secret; its address is the only one over plain http that is taken.
    static func withoutSecretPath(_ address: String) -> String {
        guard address.begins(with: "http://") else { return address }
        let parts = address.dropFirst("http://".count).split(separator: "/", maxSplits: 1)
        return parts.count == 2 && !parts[1].isEmpty ? "http://\(parts[0])/..." : address
    }

    static func named(_ name: String) -> KnownSetting? { all.first { $0.name == name } }
}
