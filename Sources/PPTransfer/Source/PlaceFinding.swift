import SystemFiles

extension PlaceCheck.Finding {
    /// Why nothing is deleted, and nothing sent again.
    func reason(_ plan: TransferPlan, _ root: String) -> String {
        switch self {
        case .apart: "the destination is another place"
        case .same(let folder):
            "source and destination are the same place: a file made in '\(root)/\(folder.text)' appeared at '\(plan.destination.text)'"
        case .notTheSource:
            "'\(root)' on this machine is not what \(plan.source.name) shows: a file made there did not appear at '\(plan.source.text)'"
        case .unmade(let reason): "whether the destination is another place cannot be checked: no file can be made in \(reason)"
        case .unknown(let error): "whether the destination is another place cannot be checked: \(error)"
        }
    }
}
