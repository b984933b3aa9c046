import CLinux

/// The words behind the program's name, as the kernel gave them.
enum CommandArguments {
    /// Of the C library, which was told; Swift's runtime guesses, and after a guess that failed a command looks like none.
    static var given: [String] {
        let count = clinux_argument_count()
        guard count >= 0 else { return Array(CommandLine.arguments.dropFirst()) }
        return (0..<count).dropFirst().compactMap { clinux_argument($0).map { String(cString: $0) } }
    }

    /// Corrects that guess for whoever else asks the runtime. To be called before anybody has.
    static func adopt() { clinux_adopt_arguments() }
}
