/// What the judge found, looking at the stand-in and at the disk rather than at our reports.
struct FaultVerdict: Sendable {
    /// Status 0 although a selected file was not at the destination, byte for byte.
    var silentLosses: [String] = []
    /// A failure where the matrix has success.
    var falseFailures: [String] = []
    /// So much time or so many requests that there would be no end.
    var hangs: [String] = []
    /// Tasks of one label that lived at the same time, and attempts at such that only the service prevented.
    var secondTasks: [String] = []
    /// Secrets where people can read them.
    var leaks: [String] = []
    /// Any other status than the matrix has, and words that it asks for.
    var others: [String] = []

    var complaints: [String] {
        silentLosses.map { "silent loss: " + $0 } + falseFailures.map { "false failure: " + $0 } + hangs.map { "hang: " + $0 }
            + secondTasks.map { "second task: " + $0 } + leaks.map { "leak: " + $0 } + others
    }
}
