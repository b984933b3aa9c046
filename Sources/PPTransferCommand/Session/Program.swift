import Globus

/// What the program says of itself.
enum Program {
    static let version = "0.2.0"

    static let client = ClientInfo(known: "pptransfer", version: version)
}
