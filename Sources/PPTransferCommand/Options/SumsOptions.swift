import ArgumentParser
import PPTransfer

/// Where a command can leave the checksums of a download beside its files.
struct SumsOptions: ParsableArguments {
    @Flag(
        name: .customLong("write-sums"),
        help: "Write SHA256SUMS (or MD5SUMS) beside the files, where they arrive on this machine.")
    var writesSums = false

    /// - Throws: `ExitCode`, after a message, if the files of one of the transfers do not arrive here.
    func check(_ plans: [TransferPlan], _ console: Console) throws {
        guard writesSums, let plan = plans.first(where: { $0.localDestination == nil }) else { return }
        console.error(
            "--write-sums needs a destination on this machine (to: {collection: {gcp: local}}); that of \(plan.title) is "
                + "\(plan.destination.text)")
        throw ExitCode(.usage)
    }
}
