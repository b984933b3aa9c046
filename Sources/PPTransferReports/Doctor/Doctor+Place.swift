import Globus
import PPTransfer
import PositionedYAML
import SystemFiles

/// Where the journal is kept, and the job that we run in.
extension Doctor {
    /// Nothing is said if there is none, and none is asked for.
    func personals(_ report: inout DoctorReport) {
        let personals = ConnectPersonals(environment, processes: "/proc", host: Mounts.hostName)
        guard !personals.all.isEmpty else { return }
        switch personals.local {
        case .success(let chosen):
            report.ok("connect personal", "\(chosen.title)\(chosen.process == nil ? "; to start it: \(chosen.start)" : "")")
            for other in personals.all.dropFirst() { report.note("connect personal", "not used: \(other.title)") }
        case .failure(let fault): report.warn("connect personal", "\(fault.what); \(fault.remedy)")
        }
    }

    func journal(_ report: inout DoctorReport) {
        let isRehearsal = givenJournal == nil && (try? GlobusEnvironment(environment))?.transfer.isLoopback == true
        let journal = Journal(environment: environment, given: givenJournal, isRehearsal: isRehearsal)
        guard journal.hasPlace else {
            let problem = JournalProblem.noPlace
            return report.fail("journal", "\(problem); \(problem.remedy(in: .commands))", problem.status)
        }
        let directory = journal.directory
        var existing = directory
        while DirectoryState(existing) == .nothing, existing != "/" {
            existing = existing.directory ?? "/"
        }
        if let reason = reasonNotToWrite(in: existing) {
            let problem = JournalProblem.unwritable(path: directory, reason: "\(existing): \(reason)")
            return report.fail("journal", "\(problem); \(problem.remedy(in: .commands))", problem.status)
        }
        let what = existing == directory ? "can be written" : "can be made in \(existing)"
        let type = realPath(existing).flatMap { mounts.type(of: $0) }
        let free = DiskSpace.free(at: existing)
        let place = [type.map { "on \($0)" }, free.map { "\(Quantity.bytes($0)) free" }].compactMap { $0 }.joined(separator: ", ")
        let text = "\(directory) \(what)" + (place.isEmpty ? "" : " (\(place))")
        if let free, free < Self.leastRoom {
            report.warn("journal", "\(text); there is hardly any space left")
        } else {
            report.ok("journal", text)
        }
        if let type, MountTable.isOfNetwork(type) {
            report.note("journal", "\(type) is shared by several machines; the journal works there without file locks")
        }
    }

    /// The records of some hundred cycles.
    private static let leastRoom: Int64 = 10_000_000

    /// Quotas and full disks show only when something is written.
    private func reasonNotToWrite(in directory: String) -> String? {
        switch DirectoryState(directory) {
        case .directory: break
        case .somethingElse, .nothing: return "not a directory"
        case .unreachable(let reason): return reason
        }
        let probe = (directory == "/" ? "" : directory) + "/.pptransfer-doctor"
        do throws(FileProblem) {
            try DurableFile.write([UInt8](repeating: 0, count: 4096), to: probe)
            unlink(probe)
            return nil
        } catch {
            return error.reason
        }
    }

    private func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    func openFiles(_ report: inout DoctorReport) {
        let limit = sysconf(Int32(_SC_OPEN_MAX))
        // Connections, the journal, the source's directories, and a child for messages.
        if 0..<256 ~= limit {
            report.warn("open files", "the limit is \(limit), which may be too low: raise it with 'ulimit -n 256'")
        } else {
            report.ok("open files", limit < 0 ? "no limit" : "up to \(limit)")
        }
    }

    // MARK: the job

    func job(_ report: inout DoctorReport) {
        if let job = CylcJob(environment) {
            let folders = (set("PATH") ?? "").split(separator: ":").map(String.init)
            if let folder = folders.first(where: { access($0 + "/cylc", X_OK) == 0 }) {
                report.ok("cylc", "\(job.workflow) \(job.job), told by \(folder)/cylc")
            } else {
                report.warn("cylc", "there is no 'cylc' on the job's PATH, so the workflow receives no messages")
            }
        }
        guard set("SLURM_JOB_ID") != nil else { return }
        guard let end = BatchJob.end(environment) else {
            return report.note(
                "slurm",
                "it does not report when the job ends (SLURM_JOB_END_TIME, Slurm 21.08 or later); keep 'wait.limit' below the time limit of the job"
            )
        }
        let left = end - time.now
        if left > .zero {
            report.ok("slurm", "the job ends in \(Quantity.time(left)); 'pptransfer run' exits one minute before")
        } else {
            report.warn("slurm", "the job's time ended on \(end); is SLURM_JOB_END_TIME another job's?")
        }
    }
}
