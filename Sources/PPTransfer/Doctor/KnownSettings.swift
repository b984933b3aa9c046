/// The environment variables that change what this program does, but for those of the workflow and the batch system.
struct KnownSetting {
    var name: String
    /// Its value is never shown.
    var isSecret = false

    static let all: [KnownSetting] = [
        KnownSetting(name: "PPTRANSFER_ACCESS_TOKEN", isSecret: true),
        KnownSetting(name: "PPTRANSFER_CLIENT_ID"),
        KnownSetting(name: "PPTRANSFER_GLOBUS_STORE"),
        KnownSetting(name: "PPTRANSFER_JOURNAL"),
        KnownSetting(name: "PPTRANSFER_LOGIN"),
        KnownSetting(name: "PPTRANSFER_REHEARSAL_DELETES"),
        KnownSetting(name: "PPTRANSFER_SITES"),
        // Of the suite templates: where the program is.
        KnownSetting(name: "PPTRANSFER_BIN"),
        KnownSetting(name: "GLOBUS_CLI_CLIENT_ID"),
        KnownSetting(name: "GLOBUS_CLI_CLIENT_SECRET", isSecret: true),
        KnownSetting(name: "GLOBUS_PROFILE"),
        KnownSetting(name: "GLOBUS_SDK_ENVIRONMENT"),
        KnownSetting(name: "GLOBUS_SDK_HTTP_TIMEOUT"),
        KnownSetting(name: "GLOBUS_SDK_SERVICE_URL_AUTH"),
        KnownSetting(name: "GLOBUS_SDK_SERVICE_URL_TRANSFER"),
        KnownSetting(name: "GLOBUS_SDK_VERIFY_SSL"),
    ]

    /// A value as it may be told. A person may have written a login into an address.
    func told(_ value: String) -> String { isSecret || value.contains("@") ? "set, not shown" : shown(value) }

    static func named(_ name: String) -> KnownSetting? { all.first { $0.name == name } }
}
