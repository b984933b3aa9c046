import Globus
import PositionedYAML

extension FileDifference: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let path): "missing: \(path)"
        case .size(let path, let expected, let found):
            "\(found < expected ? "short" : "long"): \(path) has \(found) bytes instead of \(expected)"
        case .notAFile(let path): "not a file: \(path)"
        case .unsent(let path): "not accounted for: \(path) (Globus counts it neither as sent nor as skipped)"
        case .unread(let path): "other content when last read: \(path) (its size is right; a listing shows no content)"
        case .extra(let path): "extra: \(path)"
        case .digest(let path, let expected, let found): "other content: \(path) was sent with \(found) instead of \(expected)"
        case .contents(let path, let expected, let found, let other):
            "other content: \(path) has \(found)" + (other.map { ", which is \($0)'s," } ?? "") + " instead of \(expected)"
        }
    }
}

extension Archive {
    package func sentence(_ plan: TransferPlan) -> String {
        let proof =
            switch level {
            case .none: "not verified (verify: {level: none})"
            case .size: "each file has the expected size there"
            case .digest where isReadHere: "each file was read on this machine and has the confirmed digest: \(tally)"
            case .digest: "each file has the expected size there, and Globus confirmed its digest: \(tally)"
            }
        // Globus counts whole seconds: within one, neither a time nor a rate says anything.
        let pace = figures.duration.flatMap { duration in
            duration < .seconds(1) ? nil : " in \(Quantity.time(duration)) (\(Quantity.rate(figures.bytesPerSecond)))"
        }
        return "\(Quantity.count(files, "file")), \(Quantity.bytes(bytes)) at \(plan.destination.text); "
            + "\(Quantity.bytes(figures.bytesTransferred)) sent\(pace ?? ""), \(Quantity.count(figures.filesSkipped, "file")) skipped as equal, "
            + "\(Quantity.count(figures.faults, "fault")); \(proof)"
            + (unsent > 0
                ? "; \(Quantity.count(unsent, "file")) not sent: Globus did not compare the contents (sync: \(plan.description.transfer.sync.name))"
                : "")
            + (cleaned?.sentence ?? "")
    }
}
