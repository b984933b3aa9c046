/// How the service describes the code of a fault, as far as is known.
enum FaultWords {
    static func of(_ code: String) -> String {
        switch code {
        case "NO_SPACE_LEFT": "no space left on device"
        case "VERIFY_CHECKSUM": "checksum verification failed"
        case "EXPIRED": "deadline expired"
        default: code.lowercased().replacing("_", with: " ")
        }
    }
}
