/// Names of the signals that end a wait.
package enum Signal {
    /// Whoever is stopped without having received a signal leaves as after this one.
    static let assumed: Int32 = 15

    package static func name(_ number: Int32) -> String {
        switch number {
        case 1: "SIGHUP"
        case 2: "SIGINT"
        case 12: "SIGUSR2"
        case 15: "SIGTERM"
        case 24: "SIGXCPU"
        default: "signal \(number)"
        }
    }
}
