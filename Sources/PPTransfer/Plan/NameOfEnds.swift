extension RecordName {
    /// The workflow of a transfer that nothing names: after a word, such as its file's name, and both ends, so that no two share a record:
    /// `task-3f2a9c`. The same on every machine and in every version.
    package static func name(after word: String, from source: ResolvedEnd, to destination: ResolvedEnd) -> String {
        let ends = [source, destination].flatMap { [$0.collection.description, $0.path.description] }
        return name(after: word, fingerprint: TransferLabel.fingerprint(of: ends))
    }
}
