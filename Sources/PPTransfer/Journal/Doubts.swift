/// What speaks against deleting some of the proven files at the source.
struct Doubts {
    /// No task of this transfer is known to have sent them, and nobody compared their contents.
    var unsent = Manifest([])
    /// Symbolic links at the destination; `nil` if nobody looked.
    var links: Manifest? = Manifest([])
    /// Files with the other time that they have at the destination. They are in no doubt as long as they have it: Globus compared their
    /// contents there.
    var times = Manifest([])
    /// Files with another time at the destination that nothing explains: somebody may have put another file there.
    var disputed = Manifest([])
    /// Some of what was proven before was neither sent nor compared since: what others do at the destination counts from that earlier proof.
    var hasKept = false

    /// What is known of other files than these.
    mutating func add(_ earlier: Doubts, besides files: Manifest) {
        func all(_ now: Manifest, _ before: Manifest) -> Manifest {
            let rest = before.lacking(in: files)
            return rest.entries.isEmpty ? now : Manifest(Array(now.entries) + rest.entries)
        }
        links = if let links, let before = earlier.links { all(links, before) } else { nil }
        (times, disputed) = (all(times, earlier.times), all(disputed, earlier.disputed))
    }
}
