import FoundationEssentials

/// The environment of the process, as it was at the start: many ask for it, and each reading of it makes a dictionary anew.
enum CommandEnvironment {
    static let variables = ProcessInfo.processInfo.environment
}
