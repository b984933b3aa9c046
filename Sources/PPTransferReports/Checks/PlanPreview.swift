import CycleCalendar
import FoundationEssentials
package import Globus
package import PPTransfer
package import PositionedYAML

/// What a dry run shows of one transfer: the plan, what lies at the source, and the document that would be sent; where both ends were
/// listed, also what each file would come to.
package struct PlanPreview: Sendable {
    package var plan: TransferPlan
    /// `nil` if the source is not mounted here, and was not listed.
    package var scan: SourceScan?
    package var document: TransferDocument
    package var service: ServiceURL
    /// Another transfer of the run that would write the same destination files.
    var shared: SharedFiles?
    /// What a comparison of both ends has found; `nil` if nobody asked for one.
    package private(set) var survey: Survey?
    /// Why both ends could not be compared.
    private var stop: Outcome?

    package init(_ plan: TransferPlan, service: ServiceURL, now: Timestamp) {
        var plan = plan
        let stop = plan.requireList()
        (self.plan, self.service, self.stop) = (plan, service, stop)
        scan = stop == nil ? plan.blockingLocalScan(now: now) : nil
        let first = scan.map { Manifest(Array($0.manifest.entries.prefix(Submitter.mostFiles))) } ?? plan.listedManifest
        document = plan.document(first.map { .files($0) } ?? .directory, now: now)
    }

    /// Lists both ends.
    package mutating func compare(through service: any TransferService, time: any Timekeeper, warn: (String) -> Void) async {
        switch await plan.survey(through: service.acting(as: plan.localUsers), time: time, warn: warn) {
        case .success(let found): (survey, scan) = (found, found.scan)
        case .failure(let failure): stop = failure.outcome
        }
    }

    /// The previews of one run's transfers, and what looks wrong between them.
    package static func all(
        _ plans: [TransferPlan], service: ServiceURL, now: Timestamp
    ) async -> (previews: [PlanPreview], warnings: [Problem]) {
        var previews = plans.map { PlanPreview($0, service: service, now: now) }
        let manifests = Dictionary(previews.map { ($0.plan.label, $0.scan?.manifest) }) { first, _ in first }
        let shared = await SharedDestinations(plans) { manifests[$0.label] ?? nil }
        for index in previews.indices { previews[index].shared = shared.files(of: index, plans) }
        return (previews, shared.warnings(plans))
    }

    /// What a run would leave with before it sends anything; `nil` if it would submit.
    package var outcome: Outcome? {
        if let shared { return .shared(shared) }
        if let stop { return stop }
        if let problem = plan.permissionProblem { return .localDisk(problem) }
        guard let scan else { return nil }
        if !scan.problems.isEmpty { return .source(scan.problems) }
        guard scan.manifest.entries.isEmpty else { return nil }
        if let left = Unsettled(scan.unsettled, plan.description.select) { return .unsettled(left) }
        return .nothing(allowed: plan.description.empty == .succeed)
    }

    package var status: ExitStatus { outcome?.status ?? .ok }

    /// `nil` if the source is not mounted here, or nothing is known of the sites' rates.
    package var forecast: Forecast? {
        guard let scan, outcome == nil else { return nil }
        return Forecast(plan, files: scan.manifest.entries.count, bytes: scan.manifest.bytes)
    }

    /// For people: the plan, then the request as it would be sent, with the first of the files that are not selected.
    package var text: String { text(isVerbose: false) }

    /// The plan, then the request exactly as it would be sent, but for the submission id, which the service gives.
    ///
    /// - Parameter isVerbose: every file that is not selected is named, as far as its path was kept.
    package func text(isVerbose: Bool) -> String {
        let options = plan.description.transfer
        let wait = plan.description.wait
        let flags = [
            (options.verifyChecksum, "verify_checksum"), (options.preserveTimestamp, "preserve_timestamp"),
            (plan.encryption != false, plan.encryption == nil ? "encrypt: auto" : "encrypt"),
            (options.failOnQuotaErrors, "fail_on_quota_errors"),
        ]
        var lines = [
            Outlet.line(plan.title), row("from", "\(plan.source.text)  (\(plan.source.collection))"),
            row(
                "",
                scan.map { $0.problems.isEmpty ? $0.summary(of: plan) : "see below" }
                    ?? (stop == nil ? "not mounted on this machine: Globus will list it" : "not listed: see below")),
            row("to", "\(plan.destination.text)  (\(plan.destination.collection))"),
        ]
        if let rights = plan.expectedRights {
            let policy = plan.description.rights.onDifference?.value ?? .warn
            lines.append(row("", "\(rights.text) expected; a difference: \(policy.rawValue)"))
        }
        lines += [
            row("label", plan.taskLabel),
            row(
                "options",
                (["sync: \(options.sync.name)"] + flags.filter(\.0).map(\.1) + ["deadline: \(options.deadline.written)"]).joined(
                    separator: ", ")),
            row(
                "wait",
                "limit: \(wait.limit.written), outage: \(wait.outage.written), after \(wait.onFault.after.written) of faults: "
                    + "\(wait.onFault.then.rawValue), inactive: \(wait.onInactive.rawValue)"),
            row("verify", plan.description.verify.level.rawValue),
        ]
        if let survey { lines.append(row("now", survey.sentence)) }
        if let manifest = scan?.manifest {
            for (pattern, files) in FileSelector(plan.description.select).counts(in: manifest) {
                lines.append(row("select", "\(shown(pattern)) takes \(Quantity.count(files, "file"))"))
            }
        }
        if isVerbose, let left = scan?.unselected, left.files > SourceScan.mostNames {
            lines += Quantity.list(left.paths, of: left.files, most: left.paths.count).map { row("left", $0) }
        }
        if let forecast { lines += [row("time", forecast.sentence)] + (forecast.advice.map { [row("advice", $0)] } ?? []) }
        if let outcome {
            lines.append(row("problem", outcome.whatHappened(plan)))
            lines += outcome.details.map { row("", $0) }
        } else {
            if let count = scan?.manifest.entries.count, count > Submitter.mostFiles {
                lines.append(row("tasks", "\(Submitter.mostFiles) files per task, one task after another"))
            }
            lines += [
                "POST \(KnownSetting.withoutSecretPath(service.description))/v0.10/transfer",
                Outlet.json(String(decoding: document.encoded().dropLast(), as: UTF8.self)),
            ]
        }
        return lines.joined(separator: "\n")
    }

    /// For people who want to know what a run would bring, and nothing of the request.
    ///
    /// - Parameter isVerbose: every file is named, as far as its path was kept.
    package func comparison(isVerbose: Bool) -> String {
        var lines = [
            Outlet.line(plan.title), row("from", "\(plan.source.text)  (\(plan.source.collection))"),
            row("to", "\(plan.destination.text)  (\(plan.destination.collection))"),
        ]
        if let outcome {
            lines.append(row("problem", outcome.whatHappened(plan)))
            lines += outcome.details.map { row("", $0) }
        } else if let survey {
            lines.append(row("now", survey.sentence))
            let marks: [(DestinationLook.Sighting.Treatment, String)] = [
                (.new, "new"), (.replaced, "replaces"), (.compared, "compares"), (.laterThere, "newer"),
            ]
            for (tally, mark) in marks.map({ (survey[$0], $1) }) + (survey.surplus.map { [($0.extra, "deletes")] } ?? []) {
                let most = isVerbose ? tally.paths.count : 5
                lines += Quantity.list(tally.paths, of: tally.files, most: most).map { row(mark, $0) }
            }
        }
        return lines.joined(separator: "\n")
    }

    private func row(_ name: String, _ text: String) -> String {
        "  " + name + String(repeating: " ", count: max(1, 10 - name.count)) + Outlet.line(text)
    }
}

extension PlanPreview: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("workflow", \.plan.workflow), JSONField("cycle") { $0.plan.cycle?.description }, JSONField("name", \.plan.name),
        .statusName(\.status.name), .exitStatus(\.status.number), JSONField("message") { $0.outcome?.whatHappened($0.plan) },
        JSONField("files") { $0.scan?.manifest.entries.count }, JSONField("bytes") { $0.scan?.manifest.bytes },
        JSONField("document", { FreeJSON($0.document) }, "The files to send."),
        JSONField("comparison", \.survey, "What both ends have, if they were listed ('--remote')."),
    ]
}

extension Survey: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("new", { $0[.new] }, "Files that are not at the destination."),
        JSONField("replaced", { $0[.replaced] }, "Files that replace others at the destination."),
        JSONField("compared", { $0[.compared] }, "Files of which Globus compares the checksums."),
        JSONField("newer_there", { $0[.laterThere] }, "Files of the same size that are newer at the destination, and stay."),
        JSONField("there", { $0[.there] }, "Files that are there already."),
        JSONField(
            "deleted", { $0.surplus?.extra }, "Files at the destination that the source does not have, and that 'delete_extra' deletes."),
        JSONField("free", \.free, "Free bytes on this machine's disk, if the destination is here."),
    ]
}
