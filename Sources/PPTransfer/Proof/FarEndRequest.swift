import CycleCalendar
import Globus
import PositionedYAML
import SystemFiles

/// What was written for the destination, and what is to be done with it.
package struct FarEndRequest: Sendable, Hashable {
    /// Where the files were written.
    package var directory: String
    /// Their names; the job's is `script`.
    package var names: [String]
    package var script: String
    package var report: String
    package var files: Int
    package var bytes: Int64
    /// Whose digest nobody knows: only their size can be checked.
    package var undigested: [String]
    /// Of the manifest that the report must be about.
    package var manifest: Digest
    /// The group and the mode that the job gives to the files; `nil` if it changes nothing.
    package var fixes: ExpectedRights?

    /// One sentence without a full stop.
    var sentence: String {
        "wrote \(script) and its input files to \(directory), to read back \(Quantity.count(files, "file")), \(Quantity.bytes(bytes))"
            + (fixes.map { ", and to give them \($0.text)" } ?? "")
            + (undigested.isEmpty
                ? "" : ", of which \(undigested.count) by size only: they have no digests, and the source no longer has them")
    }

    package var details: [String] { names.map { directory + "/" + $0 } + Quantity.list(undigested).map { "by size only: " + $0 } }

    func remedy(_ plan: TransferPlan, in words: RemedyWording) -> Remedy {
        let transfer = RemedyStep.TransferWords(plan)
        return
            "copy them to one directory at \(plan.destination.name), run 'sbatch \(script)' or 'sh \(script)' there, copy \(report) back, "
            + "then: \(words[.takeReport(transfer, file: report)])"
    }
}
