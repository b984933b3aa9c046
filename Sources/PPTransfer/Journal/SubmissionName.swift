extension JournalRecord.Submission {
    /// `Globus task 1c2d…`
    var name: String { task.map { "Globus task \($0)" } ?? id.map { "submission \($0)" } ?? "submission" }
}
