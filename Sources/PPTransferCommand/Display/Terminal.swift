import SystemFiles

/// What is known of where standard output is read.
enum Terminal {
    /// Whether it is read on a terminal.
    static var isOutput: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Columns: those of the terminal, else of `COLUMNS`, else 100.
    static func width(_ environment: [String: String]) -> Int {
        var size = winsize()
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return environment["COLUMNS"].flatMap { Int($0) } ?? 100
    }
}
