package import Globus

/// The batch job that we run in, if any.
package enum BatchJob {
    /// When Slurm ends it: seconds since 1970, set by Slurm 21.08 and later.
    package static func end(_ environment: [String: String]) -> Timestamp? {
        environment["SLURM_JOB_END_TIME"].flatMap { Int64($0) }.flatMap { $0 > 0 ? Timestamp(secondsSince1970: $0) : nil }
    }
}
