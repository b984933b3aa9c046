import PPTransfer
import SystemFiles

/// What the system's queues need once they are at work: they watch their threads every second, by files below /proc, and stop a program
/// that cannot open one.
enum Needs {
    /// - Returns: a sentence if something is lacking.
    static func lack() -> String? {
        if let shortage = Descriptors.shortage() { return shortage }
        let path = "/proc/\(getpid())/task/\(getpid())/stat"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor < 0 else {
            close(descriptor)
            return nil
        }
        return "\(path) cannot be opened (\(SystemReason.current)), which pptransfer needs; nothing was submitted. "
            + "Mount /proc and run the same command again"
    }
}

/// Files and sockets that the process may still open. The system's queues, which every command works with, stop a program that gets none.
enum Descriptors {
    /// What a run needs at the least, with some to spare.
    private static let least = 64

    /// Raises the limit as far as that is ours to do.
    ///
    /// - Returns: a sentence if too few are left.
    static func shortage() -> String? {
        var limit = rlimit()
        let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        if getrlimit(files, &limit) == 0, limit.rlim_cur < 1024, limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = min(1024, limit.rlim_max)
            _ = setrlimit(files, &limit)
        }
        var opened: [Int32] = []
        while opened.count < least {
            let descriptor = dup(STDIN_FILENO)
            if descriptor < 0 { break }
            opened.append(descriptor)
        }
        for descriptor in opened { close(descriptor) }
        guard opened.count < least else { return nil }
        return
            "this process may open only \(opened.count) more \(opened.count == 1 ? "file" : "files") and needs \(least); nothing was submitted. "
            + "Raise the limit ('ulimit -n 1024'; it is \(limit.rlim_cur)) and run the same command again"
    }
}
