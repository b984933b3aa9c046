package import Globus
import PositionedYAML

/// What a run would do now: both ends were listed, and nothing was submitted.
package struct Survey: Sendable {
    package let scan: SourceScan
    /// The files by what Globus would do about each.
    package let files: [DestinationLook.Sighting.Treatment: FileTally]
    /// Free bytes on this machine's disk, if the destination is there.
    package internal(set) var free: Int64?
    /// What a mirror would delete at the destination; `nil` if it is none.
    package internal(set) var surplus: Surplus?

    init(_ scan: SourceScan, _ sighting: DestinationLook.Sighting) {
        self.scan = scan
        let treatments = sighting.treatments
        let kinds = Set(treatments)
        files = Dictionary(uniqueKeysWithValues: kinds.map { kind in (kind, FileTally(scan.manifest.entries) { treatments[$0] == kind }) })
    }

    package subscript(treatment: DestinationLook.Sighting.Treatment) -> FileTally { files[treatment] ?? FileTally() }

    /// `12 new files, 4.1 GB; 2 replaced, 1.0 MB; 5002 there already`
    package var sentence: String {
        func part(_ treatment: DestinationLook.Sighting.Treatment, _ words: String, withBytes: Bool = false) -> String? {
            let tally = self[treatment]
            return tally.files == 0 ? nil : "\(tally.files) \(words)" + (withBytes ? ", \(Quantity.bytes(tally.bytes))" : "")
        }

        let new = self[.new]
        let parts = [
            new.files == 0 ? "no new files" : "\(Quantity.count(new.files, "new file")), \(Quantity.bytes(new.bytes))",
            part(.replaced, "to replace others", withBytes: true), part(.compared, "to be compared by checksum", withBytes: true),
            part(.laterThere, "newer at the destination, which stay"), part(.there, "there already"),
            surplus.map { "\($0.extra.files) to be deleted at the destination, which has \(Quantity.count($0.there, "file"))" },
            free.map { "free here: \(Quantity.bytes($0))" },
        ]
        return parts.compactMap(\.self).joined(separator: "; ")
    }
}

extension TransferPlan {
    /// Lists both ends, and compares them. Submits nothing, and writes nothing.
    ///
    /// - Returns: the outcome that a run would have before it looked at the destination, if it had one.
    package func survey(
        through service: any TransferService, time: any Timekeeper, disk: LocalDisk = .system, warn: (String) -> Void
    ) async -> Result<Survey, SurveyStop> {
        let plan: TransferPlan
        switch await located(through: service, nil, time: time, warn: warn) {
        case .plan(let located): plan = located
        case .stopped(let outcome): return .failure(SurveyStop(outcome: await outcome.explained(self, through: service, time)))
        }
        do throws(GlobusError) {
            let (scan, contents) = try await plan.scan(through: service, time: time)
            guard scan.problems.isEmpty else { return .failure(SurveyStop(outcome: .source(scan.problems))) }
            let look = DestinationLook(plan: plan, service: service, time: time)
            var survey = Survey(scan, try await look.sighting(of: scan.manifest.entries))
            if let destination = plan.localDestination { survey.free = (try? disk.room(at: destination.path))?.free }
            if plan.mirrors(contents) {
                survey.surplus = try await Surplus(besides: scan.manifest, at: destination, through: service, time: time)
            }
            if let localDestination { survey.free = try? LocalDisk.system.room(at: localDestination.path).free }
            return .success(survey)
        } catch {
            let outcome: Outcome = error == .cancelled ? .interrupted() : .service(error, during: .source)
            return .failure(SurveyStop(outcome: await outcome.explained(self, through: service, time)))
        }
    }
}

/// Why there is nothing to compare.
package struct SurveyStop: Error {
    package let outcome: Outcome
}
