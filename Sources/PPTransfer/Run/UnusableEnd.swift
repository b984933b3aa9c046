import Globus

extension Outcome {
    /// Globus refuses what is asked of a bare endpoint, of a personal machine that is off, and of a collection that is gone, in words that
    /// fit anything. The collections themselves are then looked at, and what is wrong with one of them is the outcome.
    func explained(_ plan: TransferPlan, through service: any TransferService) async -> Outcome {
        guard case .service(let error, let phase) = self, phase != .waiting, let kind = error.refusal?.kind,
            kind == .permission || error.refusal?.concernsCollections == true
        else { return self }
        for end in [plan.source, plan.destination] {
            let personal = plan.personal(of: end)
            do throws(GlobusError) {
                // A missing permission is explained only by a collection that Globus does not show.
                guard kind != .permission || personal != nil else { continue }
                let fault = try await service.collection(end.collection).fault(of: personal)
                if let fault, kind != .permission { return .unusable(fault) }
            } catch {
                if let fault = personal?.fault(after: error) { return .unusable(fault) }
            }
        }
        return self
    }
}

extension Refusal {
    /// Whether a collection may be what is wrong: it, its state, or the kind of thing that has its id.
    fileprivate var concernsCollections: Bool {
        switch kind {
        case .invalid: file == nil && status != 413
        case .collectionMissing, .collectionFault: true
        case .authentication, .consent, .session, .permission, .accountMissing, .notFound, .notADirectory, .conflict, .tooManyPending,
            .rateLimit, .unavailable:
            false
        }
    }
}

extension TransferPlan {
    /// The Globus Connect Personal of this machine that an end is; `nil` if it is another collection.
    func personal(of end: ResolvedEnd) -> ConnectPersonal? {
        personalAccess.first { $0.personal.collection == end.collection }?.personal
    }
}
